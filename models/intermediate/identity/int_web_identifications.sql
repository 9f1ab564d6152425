with identifying_events as (
    select * from {{ ref('int_web_events') }}
    where is_identification
),

deliveries as (
    select
        event_key,
        event_id,
        user_id,
        person_id,
        email,
        received_at
    from {{ ref('int_web_deliveries') }}
    where is_identification
),

-- One delivery that stands twice is the same text twice.
identifications as (
    select
        identifying_events.event_id,
        identifying_events.device_key,
        identifying_events.session_number,
        identifying_events.event_number,
        min(deliveries.user_id) as user_id,
        min(deliveries.person_id) as person_id,
        min(deliveries.email) as email,
        min(identifying_events.occurred_at) as occurred_at
    from identifying_events
    inner join deliveries
        on
            identifying_events.event_key = deliveries.event_key
            and identifying_events.event_id = deliveries.event_id
            and identifying_events.received_at is not distinct from deliveries.received_at
    group by
        identifying_events.event_id,
        identifying_events.device_key,
        identifying_events.session_number,
        identifying_events.event_number
)

select * from identifications
