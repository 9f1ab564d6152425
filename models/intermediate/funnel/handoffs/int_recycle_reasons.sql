with person_status_changes as (
    select * from {{ ref('person_status_changes') }}
    where reason is not null
),

status_stages as (
    select * from {{ ref('int_status_stages') }}
    where object = 'person' and stage = 'recycled'
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

-- Two records of one human may be recycled at the same instant: the first reason by name.
recycle_reasons as (
    select
        person_identifiers.person_key,
        min(person_status_changes.reason) as reason,
        person_status_changes.changed_at as recycled_at
    from person_status_changes
    inner join status_stages
        on
            person_status_changes.source_system = status_stages.source_system
            and person_status_changes.status = status_stages.source_status
    inner join person_identifiers
        on person_status_changes.person_id = person_identifiers.identifier
    group by person_identifiers.person_key, person_status_changes.changed_at
)

select * from recycle_reasons
