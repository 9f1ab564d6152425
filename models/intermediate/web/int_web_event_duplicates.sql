with keys as (
    select event_key from {{ ref('int_web_deliveries') }}
),

deliveries as (
    select * from {{ ref('int_web_deliveries') }}
),

-- Grouping 64-bit hashes is several times cheaper than grouping ids; ids decide where one repeats.
repeated_keys as (
    select event_key
    from keys
    group by event_key
    having count(*) > 1
),

repeated as (
    select
        deliveries.event_key,
        deliveries.event_id,
        min(deliveries.source_system) as source_system,
        count(*) as copies_count
    from deliveries
    inner join repeated_keys on deliveries.event_key = repeated_keys.event_key
    group by deliveries.event_key, deliveries.event_id
    having count(*) > 1
)

select * from repeated
