with web_events as (
    select * from {{ ref('int_web_events') }}
    where is_touch
),

raw_events as (
    select
        {{ hash64('event_id') }} as event_key,
        event_id,
        event_type
    from {{ ref('web_events') }}
    where event_type in (
        select types.touch_type from {{ ref('touchpoint_types') }} as types
        where types.is_web_event
    )
),

touchpoint_types as (
    select * from {{ ref('touchpoint_types') }}
),

-- The strongest interaction of a session names its touch; re-deliveries of an event change nothing.
strongest as (
    select
        web_events.device_key,
        web_events.session_number,
        min_by(raw_events.event_type, touchpoint_types.strength) as touch_type
    from web_events
    inner join raw_events
        on
            web_events.event_key = raw_events.event_key
            and web_events.event_id = raw_events.event_id
    inner join touchpoint_types on raw_events.event_type = touchpoint_types.touch_type
    group by web_events.device_key, web_events.session_number
)

select * from strongest
