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

delivered_once as (
    select
        deliveries.event_id,
        deliveries.event_key,
        deliveries.device_key,
        deliveries.event_type,
        deliveries.referrer_host,
        deliveries.is_page_view,
        deliveries.is_identification,
        deliveries.has_campaign,
        deliveries.occurred_at,
        deliveries.received_at
    from {{ ref('int_web_deliveries') }} as deliveries
    left join duplicates on deliveries.event_key = duplicates.event_key
    where duplicates.event_key is null
),

-- Of several deliveries of an event the earliest received stays.
first_of_several as (
    select
        deliveries.event_id,
        deliveries.event_key,
        deliveries.device_key,
        deliveries.event_type,
        deliveries.referrer_host,
        deliveries.is_page_view,
        deliveries.is_identification,
        deliveries.has_campaign,
        deliveries.occurred_at,
        deliveries.received_at
    from {{ ref('int_web_deliveries') }} as deliveries
    inner join duplicates on deliveries.event_key = duplicates.event_key
    qualify row_number() over (
        partition by deliveries.event_id
        order by deliveries.received_at nulls last, deliveries.occurred_at, deliveries.anonymous_id
    ) = 1
),

events as (
    select * from delivered_once
    union all
    select * from first_of_several
),

-- An event says where its visitor came from by campaign parameters or by a referrer not ours.
described as (
    select
        events.event_id,
        events.event_key,
        events.device_key,
        events.is_page_view,
        events.is_identification,
        events.occurred_at,
        events.received_at,
        web_touch_types.touch_type is not null as is_touch,
        events.has_campaign or (
            events.referrer_host is not null and same_host.host is null and parent_host.host is null
        ) as has_source
    from events
    left join web_touch_types on events.event_type = web_touch_types.touch_type
    left join ignored_hosts as same_host on events.referrer_host = same_host.host
    left join ignored_hosts as parent_host
        on
            substr(events.referrer_host, position('.' in events.referrer_host) + 1)
            = parent_host.host
),

marked as (
    select
        *,
        case
            when
                occurred_at <= {{ dbt.dateadd(
                    'minute', var('session_timeout_minutes'), 'lag(occurred_at) over device'
                ) }} then 0
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
    window
        device as (
            partition by device_key order by occurred_at, event_id rows unbounded preceding
        )
)

select * from sessionised
