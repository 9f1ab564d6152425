with bounds as (
    select * from {{ ref('int_web_session_bounds') }}
),

ignored_hosts as (
    select * from {{ ref('int_ignored_hosts') }}
),

deciding_events as (
    select
        device_key,
        session_number,
        first_event_id as event_id,
        first_event_key as event_key,
        first_received_at as received_at,
        true as is_first,
        coalesce(source_event_id = first_event_id, false) as is_source
    from bounds
    union all
    select
        device_key,
        session_number,
        source_event_id as event_id,
        source_event_key as event_key,
        source_received_at as received_at,
        false as is_first,
        true as is_source
    from bounds
    where source_event_id <> first_event_id
),

-- Text is read only for events that decide a session. A delivery that stands twice has one text.
texts as (
    select
        deciding_events.device_key,
        deciding_events.session_number,
        min(case when deciding_events.is_first then deliveries.source_system end) as source_system,
        min(case when deciding_events.is_first then deliveries.anonymous_id end) as anonymous_id,
        min(case when deciding_events.is_first then deliveries.page_path end) as landing_path,
        min(case when deciding_events.is_first then deliveries.user_agent end) as user_agent,
        bool_and(case when deciding_events.is_first then deliveries.has_consent end) as has_consent,
        min(case when deciding_events.is_source then deliveries.utm_source end) as utm_source,
        min(case when deciding_events.is_source then deliveries.utm_medium end) as utm_medium,
        min(case when deciding_events.is_source then deliveries.utm_campaign end) as utm_campaign,
        min(case when deciding_events.is_source then deliveries.click_id end) as click_id,
        min(case when deciding_events.is_source then deliveries.referrer_host end) as referrer_host,
        min(case when deciding_events.is_source then deliveries.channel end) as channel
    from {{ ref('int_web_deliveries') }} as deliveries
    inner join deciding_events
        on
            deliveries.event_key = deciding_events.event_key
            and deliveries.event_id = deciding_events.event_id
            and deliveries.received_at is not distinct from deciding_events.received_at
    group by deciding_events.device_key, deciding_events.session_number
),

sessions as (
    select
        md5(texts.anonymous_id || '|' || bounds.first_event_id) as session_id,
        texts.source_system,
        texts.anonymous_id,
        bounds.device_key,
        bounds.session_number,
        texts.landing_path,
        texts.user_agent,
        lower(texts.utm_source) as utm_source,
        lower(texts.utm_medium) as utm_medium,
        lower(texts.utm_campaign) as utm_campaign,
        split_part(texts.click_id, '=', 1) as click_id_parameter,
        case
            when same_host.host is null and parent_host.host is null then texts.referrer_host
        end as referrer_host,
        texts.channel as given_channel,
        bounds.events_count,
        bounds.pages_count,
        bounds.touch_events_count,
        bounds.identifications_count,
        bounds.set_aside_because,
        texts.has_consent,
        bounds.started_at,
        bounds.ended_at
    from bounds
    inner join texts
        on bounds.device_key = texts.device_key and bounds.session_number = texts.session_number
    left join ignored_hosts as same_host on texts.referrer_host = same_host.host
    left join ignored_hosts as parent_host
        on substr(texts.referrer_host, position('.' in texts.referrer_host) + 1) = parent_host.host
)

select * from sessions
