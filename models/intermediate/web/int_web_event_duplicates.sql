-- The second hash detects collisions. Copies that were withdrawn are no longer counted.
with repeated_keys as (
    select distinct event_key from {{ ref('int_web_repeated_keys') }}
    where event_key is not null
),

deliveries as (
    select web_events.*
    from {{ ref('int_web_events') }} as web_events
    inner join repeated_keys on web_events.event_key = repeated_keys.event_key
),

-- Keep the delivery that was received first.
ranked as (
    select
        *,
        count(*) over (partition by event_key, event_check) as copies_count,
        row_number() over (
            partition by event_key, event_check
            order by received_at, occurred_at, source_system, device_key
        ) as copy_number
    from deliveries
),

repeated as (
    select
        source_system,
        campaign_text,
        event_key,
        event_check,
        event_hash,
        device_key,
        device_bucket,
        copies_count,
        is_page_view,
        has_source,
        occurred_at,
        received_at
    from ranked
    where copies_count > 1 and copy_number = 1
)

select * from repeated
