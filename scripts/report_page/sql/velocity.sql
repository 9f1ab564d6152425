-- The same steps as in funnel_stages.
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
    period_month, from_stage || ' → ' || to_stage as step, channel, segment, moved_count,
    round(median_days, 2) as median_days, round(p75_days, 2) as p75_days
from marts.rpt_funnel_velocity
inner join steps using (from_stage, to_stage)
where moved_count > 0 and is_mature
order by
    list_position(
        ['visitor', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'], from_stage
    ),
    step, period_month, channel, segment
