with activities as (
    select distinct
        person_key,
        occurred_at
    from {{ ref('int_person_activities') }}
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

people_with_history as (
    select distinct person_key
    from person_owners
),

-- Who owned the person then: the newest assignment until the activity, its own instant included.
owners_then as (
    select
        activities.person_key,
        activities.occurred_at,
        person_owners.is_sales
    from activities
    inner join person_owners
        on
            activities.person_key = person_owners.person_key
            and activities.occurred_at >= person_owners.changed_at
    qualify row_number() over (
        partition by activities.person_key, activities.occurred_at
        order by person_owners.changed_at desc nulls last, person_owners.owner_id desc nulls last
    ) = 1
),

-- Without a history of owners the present one is taken to have had the lead all along, unless they
-- are known to be of another team than sales.
always_owned as (
    select people.person_key
    from people
    left join people_with_history on people.person_key = people_with_history.person_key
    left join owner_teams on people.owner_id = owner_teams.owner_id
    where
        people_with_history.person_key is null
        and coalesce(owner_teams.function, 'sales') = 'sales'
),

accepting_activities as (
    select
        activities.person_key,
        activities.occurred_at
    from activities
    left join owners_then
        on
            activities.person_key = owners_then.person_key
            and activities.occurred_at = owners_then.occurred_at
    left join always_owned on activities.person_key = always_owned.person_key
    where owners_then.is_sales or always_owned.person_key is not null
)

select * from accepting_activities
