-- Moved, exited and open journeys add up to the cohort of the conversion report, which counts the
-- moved ones as converted.
with velocity as (select * from {{ ref('rpt_funnel_velocity') }}),

cohorts as (
    select * from {{ ref('rpt_funnel_conversion') }}
    where basis = 'cohort' and window_days is null
)

select
    cohorts.*,
    velocity.moved_count,
    velocity.exited_count,
    velocity.censored_count
from cohorts
full outer join velocity
    on
        cohorts.period_month = velocity.period_month
        and cohorts.from_stage = velocity.from_stage
        and cohorts.to_stage = velocity.to_stage
        and cohorts.channel = velocity.channel
        and cohorts.segment = velocity.segment
where
    cohorts.entered_count is null
    or velocity.entered_count is null
    or cohorts.entered_count <> velocity.entered_count
    or cohorts.converted_count <> velocity.moved_count
    or velocity.moved_count + velocity.exited_count + velocity.censored_count
    <> velocity.entered_count
    or velocity.median_days < 0
    or velocity.p75_days < velocity.median_days
