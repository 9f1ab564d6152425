with sessions as (
    select
        session_id,
        person_key,
        device_key,
        started_at,
        ended_at
    from {{ ref('int_sessions') }}
    where not is_hidden and person_key is not null
),

event_signals as (
    select * from {{ ref('int_event_signals') }}
),

-- Once per session, however often the event happened or was delivered.
signals as (
    select
        sessions.session_id,
        sessions.person_key,
        event_signals.signal_type,
        event_signals.rule_name,
        max(event_signals.points) as points,
        sessions.started_at as touched_at
    from event_signals
    inner join sessions
        on
            event_signals.device_key = sessions.device_key
            and event_signals.occurred_at between sessions.started_at and sessions.ended_at
    group by all
)

select * from signals
