-- The teams add up to the total, and the total equals the cohort of the conversion report.
with by_team as (
    select
        period_month,
        from_stage,
        to_stage,
        sum(case when team <> '(all)' then entered_count else 0 end) as teams_entered_count,
        sum(case when team <> '(all)' then converted_count else 0 end) as teams_converted_count,
        sum(case when team = '(all)' then entered_count else 0 end) as entered_count,
        sum(case when team = '(all)' then converted_count else 0 end) as converted_count
    from {{ ref('rpt_funnel_by_team') }}
    group by period_month, from_stage, to_stage
),

cohorts as (
    select * from {{ ref('rpt_funnel_conversion') }}
    where
        basis = 'cohort'
        and window_days is not null
        and channel = '(all)'
        and segment = '(all)'
        and from_stage not in ('visitor', 'lead')
)

select
    cohorts.period_month,
    cohorts.from_stage,
    cohorts.to_stage,
    cohorts.entered_count,
    by_team.entered_count as by_team_entered_count
from cohorts
full outer join by_team
    on
        cohorts.period_month = by_team.period_month
        and cohorts.from_stage = by_team.from_stage
        and cohorts.to_stage = by_team.to_stage
where
    cohorts.entered_count is null
    or by_team.entered_count is null
    or cohorts.entered_count <> by_team.entered_count
    or cohorts.converted_count <> by_team.converted_count
    or by_team.teams_entered_count <> by_team.entered_count
    or by_team.teams_converted_count <> by_team.converted_count
