with web_sessions as (
    select * from {{ ref('int_web_sessions') }}
    where set_aside_because is null
),

session_channels as (
    select * from {{ ref('int_session_channels') }}
),

session_people as (
    select * from {{ ref('int_session_people') }}
),

people as (
    select * from {{ ref('int_people') }}
),

bot_user_agents as (
    select * from {{ ref('bot_user_agents') }}
),

user_agents as (
    select distinct user_agent from web_sessions
    where user_agent is not null
),

bots as (
    select distinct user_agents.user_agent
    from user_agents
    inner join bot_user_agents on lower(user_agents.user_agent) like '%' || lower(bot_user_agents.pattern) || '%'
),

sessions as (
    select
        web_sessions.session_id,
        web_sessions.anonymous_id,
        web_sessions.device_key,
        web_sessions.session_number,
        coalesce(session_people.person_key, md5(web_sessions.anonymous_id)) as visitor_key,
        session_people.person_key,
        people.account_id,
        session_channels.channel,
        session_channels.source,
        session_channels.medium,
        session_channels.campaign,
        web_sessions.landing_host,
        web_sessions.landing_path,
        coalesce(session_people.identity_method, 'anonymous') as identity_method,
        web_sessions.events_count,
        web_sessions.pages_count,
        web_sessions.touch_events_count,
        web_sessions.has_consent,
        web_sessions.started_at,
        web_sessions.ended_at
    from web_sessions
    inner join session_channels on web_sessions.session_id = session_channels.session_id
    left join session_people on web_sessions.session_id = session_people.session_id
    left join people on session_people.person_key = people.person_key
    left join bots on web_sessions.user_agent = bots.user_agent
    where bots.user_agent is null
)

select * from sessions
