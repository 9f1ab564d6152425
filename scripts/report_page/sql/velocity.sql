select
    period_month, from_stage || ' → ' || to_stage as step, channel, segment, moved_count,
    round(median_days, 2) as median_days, round(p75_days, 2) as p75_days
from marts.rpt_funnel_velocity
where moved_count > 0
order by
    list_position(
        ['visitor', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'], from_stage
    ),
    step, period_month, channel, segment
