with web_events as (
    select * from {{ ref('int_web_events') }}
    where is_touch
),

deliveries as (
    select
        event_key,
        event_id,
        event_type
    from {{ ref('int_web_deliveries') }}
    where not is_page_view
),

touchpoint_types as (
    select * from {{ ref('touchpoint_types') }}
),

-- The strongest interaction of a session names its touch; re-deliveries of an event change nothing.
strongest as (
    select
        web_events.device_key,
        web_events.session_number,
        min_by(deliveries.event_type, touchpoint_types.strength) as touch_type
    from web_events
    inner join deliveries
        on
            web_events.event_key = deliveries.event_key
            and web_events.event_id = deliveries.event_id
    inner join touchpoint_types on deliveries.event_type = touchpoint_types.touch_type
    group by web_events.device_key, web_events.session_number
)

select * from strongest
