with journeys as (
    select * from {{ ref('int_journeys') }}
),

handoff_owners as (
    select * from {{ ref('int_handoff_owners') }}
),

owner_teams as (
    select * from {{ ref('int_owner_teams') }}
),

handoffs as (
    select
        md5('handoff|' || journeys.journey_id) as handoff_id,
        journeys.journey_id,
        journeys.person_key,
        journeys.account_id,
        journeys.opportunity_id,
        handoff_owners.owner_id,
        coalesce(owner_teams.team, '(unknown)') as team,
        journeys.exit_type,
        owner_teams.is_active as is_owner_active,
        handoff_owners.handed_off_at,
        lead(handoff_owners.handed_off_at) over (
            partition by journeys.person_key
            order by handoff_owners.handed_off_at nulls last, journeys.journey_number nulls last
        ) as next_handed_off_at,
        journeys.opportunity_at,
        journeys.exited_at
    from handoff_owners
    inner join journeys on handoff_owners.journey_id = journeys.journey_id
    left join owner_teams on handoff_owners.owner_id = owner_teams.owner_id
)

select * from handoffs
