with duplicates as (
    select distinct event_key from {{ ref('int_web_event_duplicates') }}
),

web_touch_types as (
    select * from {{ ref('touchpoint_types') }}
    where is_web_event
),

ignored_hosts as (
    select * from {{ ref('int_ignored_hosts') }}
),

web_events as (
    select
        event_id,
        {{ hash64('event_id') }} as event_key,
        {{ hash64("coalesce(anonymous_id, 'user:' || user_id)") }} as device_key,
        event_type,
        case when referrer_host <> coalesce(page_host, '') then referrer_host end as referrer_host,
        event_type = 'page_view' as is_page_view,
        coalesce(user_id, email, person_id) is not null as is_identification,
        has_campaign,
        occurred_at,
        received_at
    from {{ ref('web_events') }}
),

delivered_once as (
    select * from web_events
    where event_key not in (select duplicates.event_key from duplicates)
),

-- Of several deliveries of an event the earliest received stays.
first_of_several as (
    select * from web_events
    where event_key in (select duplicates.event_key from duplicates)
    qualify row_number() over (
        partition by event_id order by received_at nulls last, occurred_at, device_key
    ) = 1
),

events as (
    select * from delivered_once
    union all
    select * from first_of_several
),

-- An event says where its visitor came from by campaign parameters, or by a referrer that is not ours.
described as (
    select
        events.*,
        web_touch_types.touch_type is not null as is_touch,
        events.has_campaign or (
            events.referrer_host is not null and same_host.host is null and parent_host.host is null
        ) as has_source
    from events
    left join web_touch_types on events.event_type = web_touch_types.touch_type
    left join ignored_hosts as same_host on events.referrer_host = same_host.host
    left join ignored_hosts as parent_host
        on substr(events.referrer_host, position('.' in events.referrer_host) + 1) = parent_host.host
),

marked as (
    select
        *,
        case
            when
                occurred_at <= {{ dbt.dateadd('minute', var('session_timeout_minutes'), 'lag(occurred_at) over device') }}
                then 0
            else 1
        end as is_session_start
    from described
    window device as (partition by device_key order by occurred_at, event_id)
),

sessionised as (
    select
        event_id,
        event_key,
        device_key,
        sum(is_session_start) over device as session_number,
        row_number() over device as event_number,
        is_page_view,
        is_identification,
        is_touch,
        has_source,
        occurred_at,
        received_at
    from marked
    window device as (partition by device_key order by occurred_at, event_id rows unbounded preceding)
)

select * from sessionised
