-- Every opportunity has exactly one primary journey; a journey without an opportunity is not
-- primary.
with opportunities as (select * from {{ ref('fct_opportunities') }}),

journeys as (select * from {{ ref('fct_journeys') }}),

primaries as (
    select
        opportunities.opportunity_id,
        count(journeys.journey_id) as primary_journeys_count
    from opportunities
    left join journeys
        on
            opportunities.opportunity_id = journeys.opportunity_id
            and journeys.is_opportunity_primary
    group by opportunities.opportunity_id
),

orphans as (
    select
        opportunity_id,
        count(*) as primary_journeys_count
    from journeys
    where is_opportunity_primary and opportunity_id is null
    group by opportunity_id
)

select * from primaries
where primary_journeys_count <> 1
union all
select * from orphans
