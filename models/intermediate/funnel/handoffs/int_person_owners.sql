with person_status_changes as (
    select * from {{ ref('person_status_changes') }}
    where owner_id is not null
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

people as (select * from {{ ref('int_people') }}),

owner_teams as (select * from {{ ref('int_owner_teams') }}),

history as (
    select
        person_identifiers.person_key,
        person_status_changes.owner_id,
        person_status_changes.changed_at as owned_from,
        lead(person_status_changes.changed_at) over (
            partition by person_identifiers.person_key
            order by
                person_status_changes.changed_at nulls last,
                person_status_changes.owner_id nulls last
        ) as owned_until
    from person_status_changes
    inner join person_identifiers
        on person_status_changes.person_id = person_identifiers.identifier
),

people_with_history as (
    select distinct person_key
    from history
),

-- Without a history, the current owner is taken to have owned the person all along.
owners as (
    select * from history
    union all
    select
        people.person_key,
        people.owner_id,
        cast(null as timestamp) as owned_from,
        cast(null as timestamp) as owned_until
    from people
    left join people_with_history on people.person_key = people_with_history.person_key
    where people_with_history.person_key is null
),

-- An owner without a team (a queue, for example) belongs to sales only if there is no history.
person_owners as (
    select
        owners.person_key,
        owners.owner_id,
        case
            when owner_teams.function is null then owners.owned_from is null
            else owner_teams.function = 'sales'
        end as is_sales,
        owners.owned_from,
        owners.owned_until
    from owners
    left join owner_teams on owners.owner_id = owner_teams.owner_id
)

select * from person_owners
