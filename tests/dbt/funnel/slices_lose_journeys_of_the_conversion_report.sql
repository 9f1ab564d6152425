-- The values of every dimension add up to the total of the conversion report.
with sliced as (
    select
        period_month,
        from_stage,
        to_stage,
        dimension,
        sum(entered_count) as entered_count,
        sum(converted_count) as converted_count
    from {{ ref('rpt_funnel_slices') }}
    group by period_month, from_stage, to_stage, dimension
),

cohorts as (
    select * from {{ ref('rpt_funnel_conversion') }}
    where
        basis = 'cohort'
        and window_days is not null
        and channel = '(all)'
        and segment = '(all)'
        and from_stage <> 'visitor'
        and entered_count > 0
)

select
    cohorts.period_month,
    cohorts.from_stage,
    cohorts.to_stage,
    sliced.dimension,
    cohorts.entered_count,
    sliced.entered_count as sliced_entered_count,
    cohorts.converted_count,
    sliced.converted_count as sliced_converted_count
from cohorts
full outer join sliced
    on
        cohorts.period_month = sliced.period_month
        and cohorts.from_stage = sliced.from_stage
        and cohorts.to_stage = sliced.to_stage
where
    cohorts.entered_count is null
    or sliced.entered_count is null
    or cohorts.entered_count <> sliced.entered_count
    or cohorts.converted_count <> sliced.converted_count
