with person_status_changes as (
    select * from {{ ref('person_status_changes') }}
    where owner_id is not null
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

owner_teams as (
    select * from {{ ref('int_owner_teams') }}
),

-- Whom nobody knows, such as a queue, is nobody of sales.
person_owners as (
    select
        person_identifiers.person_key,
        person_status_changes.owner_id,
        owner_teams.team,
        coalesce(owner_teams.function = 'sales', false) as is_sales,
        person_status_changes.changed_at
    from person_status_changes
    inner join person_identifiers
        on person_status_changes.person_id = person_identifiers.identifier
    left join owner_teams on person_status_changes.owner_id = owner_teams.owner_id
)

select * from person_owners
