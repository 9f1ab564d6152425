with duplicates as (select * from {{ ref('int_web_event_duplicates') }}),

counted as (
    select
        source_system,
        sum(copies_count - 1) as deliveries_count,
        min(occurred_at) as first_occurred_at
    from duplicates
    group by source_system
),

-- Filter on the timestamp, which the files contain, so that the engines skip nearly all of them.
deliveries as (
    select * from {{ ref('int_web_deliveries') }}
    where occurred_at in (select counted.first_occurred_at from counted)
),

-- One event id per source, to look it up.
examples as (
    select
        counted.source_system,
        min(deliveries.event_id) as example_event_id
    from deliveries
    inner join counted
        on
            deliveries.occurred_at = counted.first_occurred_at
            and deliveries.source_system = counted.source_system
    inner join duplicates
        on
            deliveries.event_key = duplicates.event_key
            and deliveries.event_check = duplicates.event_check
    group by counted.source_system
),

set_aside as (
    select
        counted.source_system,
        counted.deliveries_count,
        examples.example_event_id
    from counted
    left join examples on counted.source_system = examples.source_system
)

select * from set_aside
