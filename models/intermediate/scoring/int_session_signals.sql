with rules as (
    select
        'hand_raise' as signal_type,
        'hand raise' as rule_name,
        event_type,
        page_section,
        cast(0 as bigint) as points
    from {{ ref('hand_raise_rules') }}
    union all
    select
        'engagement' as signal_type,
        rule_name,
        case when signal = 'page' then 'page_view' else lower(value) end as event_type,
        case when signal = 'page' then lower(value) end as page_section,
        points
    from {{ ref('engagement_rules') }}
    where signal in ('page', 'web_event')
),

sessions as (
    select
        session_id,
        person_key,
        device_key,
        started_at,
        ended_at
    from {{ ref('int_sessions') }}
    where not is_hidden and person_key is not null
),

-- Nine of ten events are of devices that nobody knows: the paths of the others are taken apart.
deliveries as (
    select
        device_key,
        event_type,
        occurred_at,
        lower('/' || split_part(page_path, '/', 2)) as page_section
    from {{ ref('int_web_deliveries') }}
    where
        event_type in (select rules.event_type from rules)
        and device_key in (select sessions.device_key from sessions)
),

matched as (
    select
        deliveries.device_key,
        deliveries.occurred_at,
        rules.signal_type,
        rules.rule_name,
        rules.points
    from deliveries
    inner join rules
        on
            deliveries.event_type = rules.event_type
            and (rules.page_section is null or deliveries.page_section = rules.page_section)
),

-- Once per session, however often the event happened or was delivered.
signals as (
    select
        sessions.session_id,
        sessions.person_key,
        matched.signal_type,
        matched.rule_name,
        max(matched.points) as points,
        sessions.started_at as touched_at
    from matched
    inner join sessions
        on
            matched.device_key = sessions.device_key
            and matched.occurred_at between sessions.started_at and sessions.ended_at
    group by all
)

select * from signals
