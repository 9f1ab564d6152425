with web_sessions as (
    select * from {{ ref('int_web_sessions') }}
    where set_aside_because is null
),

-- A channel that the source brings along stands as it is.
traffic_sources as (
    select
        traffic_sources.traffic_text,
        coalesce(traffic_sources.given_channel, channel_assignments.channel) as channel,
        traffic_sources.source,
        traffic_sources.medium,
        traffic_sources.campaign
    from {{ ref('int_traffic_sources') }} as traffic_sources
    inner join {{ ref('int_channel_assignments') }} as channel_assignments
        on
            traffic_sources.source = channel_assignments.source
            and traffic_sources.medium = channel_assignments.medium
            and traffic_sources.campaign = channel_assignments.campaign
),

session_people as (
    select * from {{ ref('int_session_people') }}
),

session_touches as (
    select * from {{ ref('int_session_touches') }}
),

people as (
    select * from {{ ref('int_people') }}
),

consent as (
    select * from {{ ref('int_consent') }}
),

bots as (
    select * from {{ ref('int_bot_user_agents') }}
),

-- Hidden is what came without consent or belongs to somebody who was erased or suppressed.
sessions as (
    select
        web_sessions.session_id,
        web_sessions.anonymous_id,
        web_sessions.device_key,
        coalesce(session_people.person_key, md5(web_sessions.anonymous_id)) as visitor_key,
        session_people.person_key,
        people.account_id,
        traffic_sources.channel,
        traffic_sources.source,
        traffic_sources.medium,
        traffic_sources.campaign,
        web_sessions.landing_path,
        coalesce(session_people.identity_method, 'anonymous') as identity_method,
        coalesce(session_touches.touch_type, 'session') as touch_type,
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
    inner join traffic_sources on web_sessions.traffic_text = traffic_sources.traffic_text
    left join session_people
        on
            web_sessions.device_key = session_people.device_key
            and web_sessions.started_at = session_people.started_at
    left join session_touches
        on
            web_sessions.device_key = session_touches.device_key
            and web_sessions.started_at = session_touches.started_at
    left join people on session_people.person_key = people.person_key
    left join consent as by_person on session_people.person_key = by_person.person_key
    left join consent as by_device on web_sessions.anonymous_id = by_device.anonymous_id
    left join bots on web_sessions.user_agent = bots.user_agent
    where bots.user_agent is null
)

select * from sessions
