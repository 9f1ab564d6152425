with deliveries as (
    select
        event_key,
        event_check,
        event_id,
        device_key,
        user_id,
        person_id,
        email,
        occurred_at,
        received_at
    from {{ ref('int_web_deliveries') }}
    where user_id is not null or person_id is not null or email is not null
),

duplicates as (select * from {{ ref('int_web_event_duplicates') }}),

session_bounds as (
    select
        device_key,
        started_at,
        ended_at
    from {{ ref('int_web_session_bounds') }}
),

-- For an event delivered more than once, use the delivery that is kept. Identical deliveries are
-- dropped as equal rows.
kept as (
    select distinct
        deliveries.event_id,
        deliveries.device_key,
        deliveries.user_id,
        deliveries.person_id,
        deliveries.email,
        deliveries.occurred_at
    from deliveries
    left join duplicates
        on
            deliveries.event_key = duplicates.event_key
            and deliveries.event_check = duplicates.event_check
    where
        duplicates.event_key is null
        or (
            deliveries.received_at = duplicates.received_at
            and deliveries.occurred_at = duplicates.occurred_at
            and deliveries.device_key = duplicates.device_key
        )
),

identifications as (
    select
        kept.event_id,
        kept.user_id,
        kept.person_id,
        kept.email,
        kept.device_key,
        row_number() over (
            partition by session_bounds.device_key, session_bounds.started_at
            order by kept.occurred_at, kept.event_id
        ) as event_number,
        session_bounds.started_at,
        kept.occurred_at
    from kept
    inner join session_bounds
        on
            kept.device_key = session_bounds.device_key
            and kept.occurred_at between session_bounds.started_at and session_bounds.ended_at
)

select * from identifications
