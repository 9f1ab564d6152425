-- Journeys that became a lead: where they came from, how far they got and how they stand.
select
    cast(date_trunc('month', coalesce(lead_at, mql_at, opportunity_at)) as date) as period_month,
    first_touch_channel as channel, current_stage as stage,
    coalesce(exit_type, case when current_stage = 'customer' then 'won' else 'open' end) as outcome,
    count(*) as journeys_count
from marts.fct_journeys
where coalesce(lead_at, mql_at, opportunity_at) is not null
group by all
order by all
