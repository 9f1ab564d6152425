with identifying_events as (
    select
        event_id,
        event_key,
        device_key,
        session_number,
        event_number,
        occurred_at,
        received_at
    from {{ ref('int_web_events') }}
    where is_identification
),

web_events as (
    select
        {{ hash64('event_id') }} as event_key,
        event_id,
        user_id,
        person_id,
        {{ normalised_email('email') }} as email,
        received_at
    from {{ ref('web_events') }}
    where coalesce(user_id, email, person_id) is not null
),

-- A re-delivered event has one kept delivery, but that may stand twice with the same time of receipt.
identifications as (
    select
        identifying_events.event_id,
        identifying_events.event_key,
        identifying_events.device_key,
        identifying_events.session_number,
        identifying_events.event_number,
        min(web_events.user_id) as user_id,
        min(web_events.person_id) as person_id,
        min(web_events.email) as email,
        identifying_events.occurred_at
    from identifying_events
    inner join web_events
        on
            identifying_events.event_key = web_events.event_key
            and identifying_events.event_id = web_events.event_id
            and identifying_events.received_at is not distinct from web_events.received_at
    group by all
)

select * from identifications
