with rules as (
    select
        'hand_raise' as signal_type,
        'hand raise' as rule_name,
        {{ listed_value('event_type') }} as event_type,
        page_section,
        cast(0 as bigint) as points
    from {{ ref('hand_raise_rules') }}
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
    from {{ ref('engagement_rules') }}
    where signal in ('page', 'web_event')
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
        and device_key in (
            select identifications.device_key
            from {{ ref('int_session_identifications') }} as identifications
        )
),

matched as (
    select
        deliveries.device_key,
        rules.signal_type,
        rules.rule_name,
        rules.points,
        deliveries.occurred_at
    from deliveries
    inner join rules
        on
            deliveries.event_type = rules.event_type
            and (rules.page_section is null or deliveries.page_section = rules.page_section)
)

select * from matched
