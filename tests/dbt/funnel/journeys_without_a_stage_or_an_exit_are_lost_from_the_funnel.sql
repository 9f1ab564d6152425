-- Open journeys, exits and customers add up to all journeys.
with stages as (
    select
        count(*) as journeys_count,
        sum(case when is_current then 1 else 0 end) as open_count,
        sum(case when exit_type is not null then 1 else 0 end) as exits_count,
        sum(case when stage = 'customer' then 1 else 0 end) as customers_count
    from {{ ref('fct_stage_transitions') }}
    where is_last_visit
),

-- An opportunity without any date has a journey but no stage.
journeys as (
    select count(*) as journeys_count
    from {{ ref('fct_journeys') }}
    where
        coalesce(visitor_at, lead_at, mql_at, sal_at, sql_at, opportunity_at, customer_at)
        is not null
)

select
    stages.*,
    journeys.journeys_count as begun_count
from stages
cross join journeys
where
    stages.journeys_count <> journeys.journeys_count
    or stages.open_count + stages.exits_count + stages.customers_count <> journeys.journeys_count
