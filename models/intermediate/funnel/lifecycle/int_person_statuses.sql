with people as (select * from {{ ref('people') }}),

person_status_changes as (
    select * from {{ ref('person_status_changes') }}
    where status is not null
),

status_stages as (
    select * from {{ ref('int_status_stages') }}
    where object = 'person'
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

records_with_history as (
    select distinct person_id
    from person_status_changes
),

-- A record without a status history has its current status from its conversion, else its creation.
known_statuses as (
    select
        source_system,
        person_id,
        status,
        changed_by,
        reason,
        changed_at
    from person_status_changes
    union all
    select
        people.source_system,
        people.person_id,
        people.status,
        cast(null as string) as changed_by,
        cast(null as string) as reason,
        coalesce(people.converted_at, people.created_at) as changed_at
    from people
    left join records_with_history on people.person_id = records_with_history.person_id
    where
        people.status is not null
        and coalesce(people.converted_at, people.created_at) is not null
        and records_with_history.person_id is null
),

staged_statuses as (
    select
        known_statuses.person_id,
        status_stages.stage,
        known_statuses.changed_by,
        known_statuses.reason,
        known_statuses.changed_at,
        lag(status_stages.stage) over (
            partition by known_statuses.person_id
            order by known_statuses.changed_at nulls last, known_statuses.status nulls last
        ) as previous_stage
    from known_statuses
    inner join status_stages
        on
            known_statuses.source_system = status_stages.source_system
            and known_statuses.status = status_stages.source_status
    where status_stages.stage is not null
),

-- Two records of a person may have the same change at the same time.
person_statuses as (
    select
        person_identifiers.person_key,
        staged_statuses.stage,
        min(staged_statuses.changed_by) as changed_by,
        min(staged_statuses.reason) as reason,
        staged_statuses.changed_at
    from staged_statuses
    inner join person_identifiers on staged_statuses.person_id = person_identifiers.identifier
    where
        staged_statuses.previous_stage is null
        or staged_statuses.previous_stage <> staged_statuses.stage
    group by person_identifiers.person_key, staged_statuses.stage, staged_statuses.changed_at
)

select * from person_statuses
