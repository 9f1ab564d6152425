with journeys as (
    select * from {{ ref('int_journeys') }}
    where mql_at is not null
),

person_owners as (select * from {{ ref('int_person_owners') }}),

owner_teams as (select * from {{ ref('int_owner_teams') }}),

as_of as (select * from {{ ref('as_of') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

-- The first sales owner from the MQL to the end of the journey. If sales owned the person before
-- the MQL, the MQL itself is the hand-off.
assignments as (
    select
        journeys.*,
        person_owners.owner_id,
        greatest(journeys.mql_at, person_owners.owned_from) as handed_off_at
    from journeys
    cross join as_of
    inner join person_owners
        on
            journeys.person_key = person_owners.person_key
            and coalesce(journeys.mql_at <= person_owners.owned_until, true)
            and coalesce(
                journeys.mql_at > person_owners.owned_from
                or coalesce(journeys.exited_at, journeys.customer_at, as_of.as_of_end_at)
                >= person_owners.owned_from,
                true
            )
    where person_owners.is_sales
    qualify row_number() over (
        partition by journeys.journey_id
        order by person_owners.owned_from asc nulls first, person_owners.owner_id asc nulls last
    ) = 1
),

numbered as (
    select
        md5('handoff|' || assignments.journey_id) as handoff_id,
        assignments.*,
        coalesce(owner_teams.team, '(unknown)') as team,
        owner_teams.is_active as is_owner_active,
        lead(assignments.handed_off_at) over (
            partition by assignments.person_key
            order by assignments.handed_off_at nulls last, assignments.journey_number nulls last
        ) as next_handed_off_at
    from assignments
    left join owner_teams on assignments.owner_id = owner_teams.owner_id
),

given_back as (
    select
        numbered.handoff_id,
        min(person_owners.owned_from) as given_back_at
    from numbered
    inner join person_owners
        on
            numbered.person_key = person_owners.person_key
            and numbered.handed_off_at < person_owners.owned_from
            and coalesce(numbered.next_handed_off_at > person_owners.owned_from, true)
    where not person_owners.is_sales
    group by numbered.handoff_id
),

-- Opportunities of the account, or of the journey, that were open at the hand-off.
joined as (
    select numbered.handoff_id
    from numbered
    inner join opportunities on numbered.account_id = opportunities.account_id
    where
        opportunities.created_at < numbered.handed_off_at
        and coalesce(opportunities.closed_at > numbered.handed_off_at, true)
    union
    select numbered.handoff_id
    from numbered
    inner join opportunities on numbered.opportunity_id = opportunities.opportunity_id
    where
        opportunities.created_at < numbered.handed_off_at
        and coalesce(opportunities.closed_at > numbered.handed_off_at, true)
),

handoffs as (
    select
        numbered.handoff_id,
        numbered.journey_id,
        numbered.person_key,
        numbered.account_id,
        numbered.opportunity_id,
        numbered.owner_id,
        numbered.team,
        numbered.segment,
        case when joined.handoff_id is null then 'new' else 'joined_open_opportunity' end
            as handoff_kind,
        numbered.is_owner_active,
        numbered.handed_off_at,
        numbered.next_handed_off_at,
        numbered.opportunity_at,
        least(
            given_back.given_back_at,
            case when numbered.exit_type in ('recycled', 'disqualified') then numbered.exited_at end
        ) as returned_at
    from numbered
    left join given_back on numbered.handoff_id = given_back.handoff_id
    left join joined on numbered.handoff_id = joined.handoff_id
)

select * from handoffs
