select
    cast(date_trunc('month', exited_at) as date) as period_month, current_stage as stage,
    exit_type, first_touch_channel as channel,
    count(*) as journeys_count, count(distinct account_id) as accounts_count
from marts.fct_journeys
where exit_type is not null
group by all
order by
    list_position(
        ['visitor', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'], any_value(current_stage)
    ),
    exit_type, period_month, channel
