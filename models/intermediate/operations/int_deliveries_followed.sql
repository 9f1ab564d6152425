with raw_rows_followed as (
    select * from {{ ref('int_raw_rows_followed') }}
),

raw_web_events as (
    select
        coalesce(sum(raw_value), 0) as rows_count,
        coalesce(sum(set_aside_value), 0) as set_aside_count
    from raw_rows_followed
    where entity = 'web_events' and unit = 'rows'
),

duplicates as (
    select coalesce(sum(deliveries_count), 0) as rows_count
    from {{ ref('int_duplicates_set_aside') }}
),

sessions_set_aside as (
    select coalesce(sum(events_count), 0) as rows_count from {{ ref('int_sessions_set_aside') }}
),

sessions as (
    select coalesce(sum(events_count), 0) as rows_count from {{ ref('int_sessions') }}
),

web_events_followed as (
    select
        '(all)' as source_system,
        'web_events in sessions' as entity,
        'rows' as unit,
        cast(raw_web_events.rows_count as decimal(18, 2)) as raw_value,
        cast(sessions.rows_count as decimal(18, 2)) as arrived_value,
        cast(
            raw_web_events.set_aside_count + duplicates.rows_count + sessions_set_aside.rows_count
            as decimal(18, 2)
        ) as set_aside_value
    from raw_web_events
    cross join duplicates
    cross join sessions_set_aside
    cross join sessions
),

followed as (
    select * from raw_rows_followed
    union all
    select * from web_events_followed
)

select * from followed
