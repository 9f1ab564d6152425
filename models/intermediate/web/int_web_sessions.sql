with bounds as (
    select * from {{ ref('int_web_session_bounds') }}
),

duplicates as (
    select distinct event_key from {{ ref('int_web_event_duplicates') }}
),

ignored_hosts as (
    select * from {{ ref('int_ignored_hosts') }}
),

deciding_keys as (
    select first_event_key as event_key from bounds
    union
    select source_event_key as event_key from bounds
    where source_event_key <> first_event_key
),

-- Text is read for the events that decide a session only.
web_events as (
    select
        event_id,
        {{ hash64('event_id') }} as event_key,
        coalesce(anonymous_id, 'user:' || user_id) as anonymous_id,
        page_host,
        page_path,
        case when referrer_host <> coalesce(page_host, '') then referrer_host end as referrer_host,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        click_id,
        channel,
        user_agent,
        has_consent,
        received_at
    from {{ ref('web_events') }}
    where {{ hash64('event_id') }} in (select deciding_keys.event_key from deciding_keys)
),

deciding_events as (
    select * from web_events
    where event_key not in (select duplicates.event_key from duplicates)
    union all
    select * from web_events
    where event_key in (select duplicates.event_key from duplicates)
    qualify row_number() over (partition by event_id order by received_at nulls last, page_path nulls last) = 1
),

sessions as (
    select
        md5(landing.anonymous_id || '|' || landing.event_id) as session_id,
        landing.anonymous_id,
        bounds.device_key,
        bounds.session_number,
        landing.page_path as landing_path,
        landing.page_host as landing_host,
        landing.user_agent,
        lower(arrival.utm_source) as utm_source,
        lower(arrival.utm_medium) as utm_medium,
        lower(arrival.utm_campaign) as utm_campaign,
        arrival.utm_content,
        arrival.utm_term,
        split_part(arrival.click_id, '=', 1) as click_id_parameter,
        case
            when same_host.host is null and parent_host.host is null then lower(arrival.referrer_host)
        end as referrer_host,
        arrival.channel as given_channel,
        bounds.events_count,
        bounds.pages_count,
        bounds.touch_events_count,
        bounds.identifications_count,
        bounds.set_aside_because,
        landing.has_consent,
        bounds.started_at,
        bounds.ended_at
    from bounds
    inner join deciding_events as landing on bounds.first_event_key = landing.event_key
    left join deciding_events as arrival on bounds.source_event_key = arrival.event_key
    left join ignored_hosts as same_host on arrival.referrer_host = same_host.host
    left join ignored_hosts as parent_host
        on substr(arrival.referrer_host, position('.' in arrival.referrer_host) + 1) = parent_host.host
)

select * from sessions
