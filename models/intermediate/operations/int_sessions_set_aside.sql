with web_sessions as (
    select * from {{ ref('int_web_sessions') }}
),

bots as (
    select * from {{ ref('int_bot_user_agents') }}
),

-- Of a session that is both, its own behaviour is named first.
set_aside as (
    select
        web_sessions.source_system,
        web_sessions.first_event_id,
        web_sessions.events_count,
        case
            when web_sessions.set_aside_because is not null
                then 'session ' || web_sessions.set_aside_because
            else 'session of a user agent listed in bot_user_agents'
        end as rejection_reason
    from web_sessions
    left join bots on web_sessions.user_agent = bots.user_agent
    where web_sessions.set_aside_because is not null or bots.user_agent is not null
),

by_reason as (
    select
        set_aside.source_system,
        set_aside.rejection_reason,
        count(*) as sessions_count,
        sum(set_aside.events_count) as events_count,
        min(set_aside.first_event_id) as example_event_id
    from set_aside
    group by set_aside.source_system, set_aside.rejection_reason
)

select * from by_reason
