with deliveries as (
    select
        device_key,
        event_type,
        occurred_at
    from {{ ref('int_web_deliveries') }}
    where event_type <> 'page_view'
),

touchpoint_types as (
    select * from {{ ref('touchpoint_types') }}
    where is_web_event
),

touches as (
    select
        deliveries.device_key,
        deliveries.occurred_at,
        touchpoint_types.touch_type,
        touchpoint_types.strength
    from deliveries
    inner join touchpoint_types
        on deliveries.event_type = {{ listed_value('touchpoint_types.touch_type') }}
),

session_bounds as (
    select
        device_key,
        started_at,
        ended_at
    from {{ ref('int_web_session_bounds') }}
),

-- A session's touch has the type of its strongest interaction. Repeated deliveries change nothing.
strongest as (
    select
        session_bounds.device_key,
        session_bounds.started_at,
        min_by(touches.touch_type, touches.strength) as touch_type
    from touches
    inner join session_bounds
        on
            touches.device_key = session_bounds.device_key
            and touches.occurred_at between session_bounds.started_at and session_bounds.ended_at
    group by session_bounds.device_key, session_bounds.started_at
)

select * from strongest
