with deliveries as (
    select
        source_system,
        event_id,
        {{ hash64('event_id') }} as event_key
    from {{ ref('web_events') }}
),

-- Grouping 64-bit hashes is several times cheaper than grouping ids; the ids decide among the few that repeat.
repeated_keys as (
    select event_key
    from deliveries
    group by event_key
    having count(*) > 1
),

repeated as (
    select
        event_key,
        event_id,
        min(source_system) as source_system,
        count(*) as copies_count
    from deliveries
    where event_key in (select repeated_keys.event_key from repeated_keys)
    group by event_key, event_id
)

select * from repeated
