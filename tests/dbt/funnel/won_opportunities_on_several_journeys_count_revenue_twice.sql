-- The won amounts of primary journeys of people equal those of won opportunities with visible
-- people and a date, to the cent.
with journeys as (
    select sum(won_amount) as won_amount
    from {{ ref('fct_journeys') }}
    where is_opportunity_primary and visitor_key is not null
),

opportunities as (
    select sum(won_amount) as won_amount
    from {{ ref('fct_opportunities') }}
    where people_count > 0 and created_at is not null
)

select
    journeys.won_amount as journeys_won_amount,
    opportunities.won_amount as opportunities_won_amount
from journeys
cross join opportunities
where coalesce(journeys.won_amount, 0) <> coalesce(opportunities.won_amount, 0)
