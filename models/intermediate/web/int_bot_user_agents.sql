with sessions as (
    select distinct user_agent from {{ ref('int_web_session_texts') }}
    where user_agent is not null
),

bot_user_agents as (select * from {{ ref('bot_user_agents') }}),

-- Match each distinct user agent once.
listed as (
    select distinct sessions.user_agent
    from sessions
    inner join bot_user_agents
        on lower(sessions.user_agent) like '%' || lower(bot_user_agents.pattern) || '%'
)

select * from listed
