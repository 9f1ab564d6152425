-- Cohort rates are between 0 and 1, and journeys that convert within the window also convert
-- without one.
with cohorts as (
    select * from {{ ref('rpt_funnel_conversion') }}
    where basis = 'cohort'
),

paired as (
    select
        cohorts.*,
        ever.converted_count as ever_converted_count,
        ever.entered_count as ever_entered_count
    from cohorts
    left join cohorts as ever
        on
            cohorts.period_month = ever.period_month
            and cohorts.from_stage = ever.from_stage
            and cohorts.to_stage = ever.to_stage
            and cohorts.channel = ever.channel
            and cohorts.segment = ever.segment
            and ever.window_days is null
)

select *
from paired
where
    conversion_rate is null
    or conversion_rate < 0
    or conversion_rate > 1
    or ever_entered_count is null
    or entered_count <> ever_entered_count
    or converted_count > ever_converted_count
