with journeys as (
    select * from {{ ref('int_journeys') }}
    where mql_at is not null and person_key is not null
),

person_owners as (
    select * from {{ ref('int_person_owners') }}
),

people as (
    select * from {{ ref('int_people') }}
),

owner_teams as (
    select * from {{ ref('int_owner_teams') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

mqls as (
    select
        journeys.*,
        coalesce(journeys.exited_at, journeys.customer_at, as_of.as_of_end_at) as ended_at
    from journeys
    cross join as_of
),

-- Who is of sales already when the MQL comes has it handed over with the MQL.
owners_before as (
    select
        mqls.journey_id,
        person_owners.owner_id,
        person_owners.is_sales
    from mqls
    inner join person_owners
        on
            mqls.person_key = person_owners.person_key
            and mqls.mql_at > person_owners.changed_at
    qualify row_number() over (
        partition by mqls.journey_id
        order by person_owners.changed_at desc nulls last, person_owners.owner_id desc nulls last
    ) = 1
),

assignments as (
    select
        mqls.journey_id,
        person_owners.owner_id,
        person_owners.changed_at as handed_off_at
    from mqls
    inner join person_owners
        on
            mqls.person_key = person_owners.person_key
            and mqls.mql_at <= person_owners.changed_at
            and mqls.ended_at >= person_owners.changed_at
    where person_owners.is_sales
    qualify row_number() over (
        partition by mqls.journey_id
        order by person_owners.changed_at asc nulls last, person_owners.owner_id asc nulls last
    ) = 1
),

people_with_history as (
    select distinct person_key
    from person_owners
),

-- Without a history of owners the present one is taken to have had the lead all along, unless they
-- are known to be of another team than sales.
always_owned as (
    select
        mqls.journey_id,
        people.owner_id
    from mqls
    inner join people on mqls.person_key = people.person_key
    left join people_with_history on mqls.person_key = people_with_history.person_key
    left join owner_teams on people.owner_id = owner_teams.owner_id
    where
        people_with_history.person_key is null
        and coalesce(owner_teams.function, 'sales') = 'sales'
),

handoff_owners as (
    select
        mqls.journey_id,
        case
            when owners_before.is_sales then owners_before.owner_id
            when assignments.journey_id is not null then assignments.owner_id
            else always_owned.owner_id
        end as owner_id,
        case
            when owners_before.is_sales then mqls.mql_at
            when assignments.journey_id is not null then assignments.handed_off_at
            when always_owned.journey_id is not null then mqls.mql_at
        end as handed_off_at
    from mqls
    left join owners_before on mqls.journey_id = owners_before.journey_id
    left join assignments on mqls.journey_id = assignments.journey_id
    left join always_owned on mqls.journey_id = always_owned.journey_id
)

select * from handoff_owners
where handed_off_at is not null
