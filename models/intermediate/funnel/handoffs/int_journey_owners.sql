with journeys as (select * from {{ ref('int_journeys') }}),

people as (select * from {{ ref('int_people') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

handoffs as (select * from {{ ref('int_handoffs') }}),

owner_teams as (select * from {{ ref('int_owner_teams') }}),

owned as (
    select
        journeys.journey_id,
        coalesce(opportunities.owner_id, handoffs.owner_id, people.owner_id) as owner_id,
        handoffs.team as handoff_team
    from journeys
    left join opportunities on journeys.opportunity_id = opportunities.opportunity_id
    left join handoffs on journeys.journey_id = handoffs.journey_id
    left join people on journeys.person_key = people.person_key
),

journey_owners as (
    select
        owned.journey_id,
        owned.owner_id,
        coalesce(owner_teams.team, '(unknown)') as team,
        owned.handoff_team,
        owner_teams.is_active as is_owner_active
    from owned
    left join owner_teams on owned.owner_id = owner_teams.owner_id
)

select * from journey_owners
