-- Cohorts whose window of at most 90 days is over: young months would look worse than they are.
with steps as (
    select from_stage, to_stage
    from marts.rpt_funnel_conversion
    where basis = 'cohort' and window_days is null and channel = '(all)' and segment = '(all)'
    group by from_stage, to_stage
    qualify row_number() over (
        partition by from_stage order by sum(converted_count) desc, to_stage
    ) = 1
)
select
    period_month, from_stage || ' → ' || to_stage as step, channel, segment, window_days,
    entered_count, converted_count
from marts.rpt_funnel_conversion
inner join steps using (from_stage, to_stage)
where
    basis = 'cohort'
    and is_mature
    and window_days = (
        select max(window_days) from marts.rpt_funnel_conversion where window_days <= 90
    )
order by
    list_position(
        ['visitor', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'], from_stage
    ),
    step, period_month, channel, segment
