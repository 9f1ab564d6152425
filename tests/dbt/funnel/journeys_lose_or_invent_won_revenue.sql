-- The won amounts of all journeys add up to those of all opportunities, to the cent.
with journeys as (
    select
        sum(won_amount) as won_amount,
        sum(case when not is_opportunity_primary then won_amount end) as secondary_won_amount
    from {{ ref('fct_journeys') }}
),

opportunities as (
    select sum(won_amount) as won_amount
    from {{ ref('fct_opportunities') }}
)

select
    journeys.won_amount as journeys_won_amount,
    journeys.secondary_won_amount,
    opportunities.won_amount as opportunities_won_amount
from journeys
cross join opportunities
where
    coalesce(journeys.won_amount, 0) <> coalesce(opportunities.won_amount, 0)
    or coalesce(journeys.secondary_won_amount, 0) <> 0
