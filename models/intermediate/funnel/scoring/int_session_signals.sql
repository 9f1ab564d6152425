with sessions as (
    select * from {{ ref('int_sessions') }}
    where not is_hidden and person_key is not null
),

web_deliveries as (select * from {{ ref('int_web_deliveries') }}),

hand_raise_rules as (select * from {{ ref('hand_raise_rules') }}),

engagement_rules as (select * from {{ ref('engagement_rules') }}),

rules as (
    select
        'hand_raise' as signal_type,
        'hand raise' as rule_name,
        {{ listed_value('event_type') }} as event_type,
        page_section,
        cast(0 as bigint) as points
    from hand_raise_rules
    union all
    select
        'engagement' as signal_type,
        rule_name,
        case
            when signal = 'page' then 'page_view'
            else {{ listed_value('value') }}
        end as event_type,
        case when signal = 'page' then lower(value) end as page_section,
        points
    from engagement_rules
    where signal in ('page', 'web_event')
),

-- Most events belong to unknown devices, so look up the sessions before the rules.
session_events as (
    select
        sessions.session_id,
        sessions.person_key,
        web_deliveries.event_type,
        lower('/' || split_part(web_deliveries.page_path, '/', 2)) as page_section,
        sessions.started_at
    from web_deliveries
    inner join sessions
        on
            web_deliveries.device_key = sessions.device_key
            and web_deliveries.occurred_at between sessions.started_at and sessions.ended_at
    where web_deliveries.event_type in (select rules.event_type from rules)
),

-- A rule counts once per session, however often the event happened or was delivered.
session_signals as (
    select
        session_events.session_id,
        session_events.person_key,
        rules.signal_type,
        rules.rule_name,
        max(rules.points) as points,
        session_events.started_at as touched_at
    from session_events
    inner join rules
        on
            session_events.event_type = rules.event_type
            and (rules.page_section is null or session_events.page_section = rules.page_section)
    group by all
)

select * from session_signals
