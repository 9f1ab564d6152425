with web_events as (
    select * from {{ ref('int_web_events') }}
),

bounds as (
    select
        device_key,
        session_number,
        min_by(event_id, event_number) as first_event_id,
        min_by(event_key, event_number) as first_event_key,
        min_by(received_at, event_number) as first_received_at,
        min_by(event_id, event_number) filter (where has_source) as source_event_id,
        min_by(event_key, event_number) filter (where has_source) as source_event_key,
        min_by(received_at, event_number) filter (where has_source) as source_received_at,
        count(*) as events_count,
        count(*) filter (where is_page_view) as pages_count,
        count(*) filter (where is_touch) as touch_events_count,
        count(*) filter (where is_identification) as identifications_count,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from web_events
    group by device_key, session_number
),

-- Only a session of more events than the limit can exceed it within a minute.
long_sessions as (
    select
        device_key,
        session_number
    from bounds
    where events_count > {{ var('bot_max_events_per_minute') }}
),

events_by_minute as (
    select
        web_events.device_key,
        web_events.session_number,
        date_trunc('minute', web_events.occurred_at) as minute_at,
        count(*) as events_count
    from web_events
    inner join long_sessions
        on
            web_events.device_key = long_sessions.device_key
            and web_events.session_number = long_sessions.session_number
    group by
        web_events.device_key,
        web_events.session_number,
        date_trunc('minute', web_events.occurred_at)
),

fast_sessions as (
    select distinct
        device_key,
        session_number
    from events_by_minute
    where events_count > {{ var('bot_max_events_per_minute') }}
),

checked as (
    select
        bounds.*,
        case
            when fast_sessions.device_key is not null
                then 'with more events in a minute than bot_max_events_per_minute'
            when
                bounds.ended_at
                > {{ dbt.dateadd('hour', var('session_max_hours'), 'bounds.started_at') }}
                then 'longer than session_max_hours'
        end as set_aside_because
    from bounds
    left join fast_sessions
        on
            bounds.device_key = fast_sessions.device_key
            and bounds.session_number = fast_sessions.session_number
)

select * from checked
