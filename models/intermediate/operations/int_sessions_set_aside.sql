with bounds as (
    select
        session_key,
        set_aside_because,
        events_count
    from {{ ref('int_web_session_bounds') }}
),

openings as (
    select
        session_key,
        source_system,
        event_id,
        user_agent
    from {{ ref('int_web_session_texts') }}
    where is_opening
),

bots as (select * from {{ ref('int_bot_user_agents') }}),

-- Find these few sessions before reading their other columns.
suspects as (
    select session_key
    from bounds
    where set_aside_because is not null
    union
    select session_key
    from openings
    where user_agent in (select bots.user_agent from bots)
),

-- If several events open a session at the same time, use the smallest id, as in int_web_sessions.
first_openings as (
    select openings.*
    from openings
    inner join suspects on openings.session_key = suspects.session_key
    qualify row_number() over (partition by openings.session_key order by openings.event_id) = 1
),

-- A session may be excluded for both reasons: name its own behaviour first.
set_aside as (
    select
        first_openings.source_system,
        first_openings.event_id,
        bounds.events_count,
        case
            when bounds.set_aside_because is not null
                then 'session ' || bounds.set_aside_because
            else 'session of a user agent listed in bot_user_agents'
        end as rejection_reason
    from first_openings
    inner join bounds on first_openings.session_key = bounds.session_key
    left join bots on first_openings.user_agent = bots.user_agent
    where bounds.set_aside_because is not null or bots.user_agent is not null
),

by_reason as (
    select
        set_aside.source_system,
        set_aside.rejection_reason,
        count(*) as sessions_count,
        sum(set_aside.events_count) as events_count,
        min(set_aside.event_id) as example_event_id
    from set_aside
    group by set_aside.source_system, set_aside.rejection_reason
)

select * from by_reason
