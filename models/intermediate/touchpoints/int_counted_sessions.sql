with web_sessions as (
    select * from {{ ref('int_web_sessions') }}
    where set_aside_because is null
),

session_people as (select * from {{ ref('int_session_people') }}),

session_touches as (select * from {{ ref('int_session_touches') }}),

consent as (select * from {{ ref('int_consent') }}),

bots as (select * from {{ ref('int_bot_user_agents') }}),

-- Sessions without consent or of erased or suppressed people are hidden.
sessions as (
    select
        web_sessions.session_id,
        web_sessions.anonymous_id,
        web_sessions.device_key,
        session_people.person_key,
        web_sessions.traffic_key,
        web_sessions.landing_path,
        web_sessions.utm_content,
        web_sessions.utm_term,
        session_people.identity_method,
        session_touches.touch_type,
        web_sessions.events_count,
        web_sessions.pages_count,
        coalesce(not web_sessions.has_consent, false)
        or coalesce(by_person.is_erased, false)
        or coalesce(by_device.is_erased, false)
        or coalesce(web_sessions.started_at >= by_person.withdrawn_at, false)
        or coalesce(web_sessions.started_at >= by_device.withdrawn_at, false) as is_hidden,
        web_sessions.started_at,
        web_sessions.ended_at
    from web_sessions
    left join session_people
        on
            web_sessions.device_key = session_people.device_key
            and web_sessions.started_at = session_people.started_at
    left join session_touches
        on
            web_sessions.device_key = session_touches.device_key
            and web_sessions.started_at = session_touches.started_at
    left join consent as by_person on session_people.person_key = by_person.person_key
    left join consent as by_device on web_sessions.anonymous_id = by_device.anonymous_id
    left join bots on web_sessions.user_agent = bots.user_agent
    where bots.user_agent is null
)

select * from sessions
