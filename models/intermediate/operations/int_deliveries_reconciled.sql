with raw_ledger as (select * from {{ ref('raw_ledger') }}),

rows_counted as (select * from {{ ref('int_rows_counted') }}),

web_events_set_aside as (
    select deliveries_count as rows_count from {{ ref('int_duplicates_set_aside') }}
    union all
    select events_count as rows_count from {{ ref('int_sessions_set_aside') }}
),

delivered as (
    select
        source_system,
        rows_of as entity,
        'rows' as unit,
        sum(rows_count) filter (where entry = 'delivered') as raw_value,
        coalesce(sum(rows_count) filter (where entry <> 'delivered'), 0) as set_aside_value
    from raw_ledger
    where rows_of is not null
    group by source_system, rows_of
    union all
    select
        source_system,
        amount_of as entity,
        'amount as delivered' as unit,
        coalesce(sum(amount) filter (where entry = 'delivered'), 0) as raw_value,
        coalesce(sum(amount) filter (where entry <> 'delivered'), 0) as set_aside_value
    from raw_ledger
    where amount_of is not null
    group by source_system, amount_of
),

-- Rows with a source name of their own came through a table that allows it.
own_source as (
    select max(source_system) as source_system
    from raw_ledger
    where has_own_source_names
),

arrived as (
    select
        case
            when rows_counted.source_system in (select raw_ledger.source_system from raw_ledger)
                then rows_counted.source_system
            else own_source.source_system
        end as source_system,
        rows_counted.entity,
        sum(rows_counted.rows_count) as rows_count,
        sum(rows_counted.amount) as amount
    from rows_counted
    cross join own_source
    group by all
),

by_source as (
    select
        delivered.source_system,
        delivered.entity,
        delivered.unit,
        delivered.raw_value,
        coalesce(
            case when delivered.unit = 'rows' then arrived.rows_count else arrived.amount end, 0
        ) as arrived_value,
        delivered.set_aside_value
    from delivered
    left join arrived
        on
            delivered.source_system = arrived.source_system
            and delivered.entity = arrived.entity
),

-- A session may hold events of several sources, so these are reconciled together.
web_events_in_sessions as (
    select
        '(all)' as source_system,
        'web_events in sessions' as entity,
        'rows' as unit,
        coalesce(sum(raw_value), 0) as raw_value,
        coalesce((select sum(sessions.events_count) from {{ ref('int_sessions') }} as sessions), 0)
            as arrived_value,
        coalesce(sum(set_aside_value), 0)
        + coalesce((select sum(web_events_set_aside.rows_count) from web_events_set_aside), 0)
            as set_aside_value
    from by_source
    where entity = 'web_events' and unit = 'rows'
),

unioned as (
    -- Optional tables that are not delivered have no rows on either side.
    select * from by_source
    where raw_value <> 0 or arrived_value <> 0
    union all
    select * from web_events_in_sessions
),

reconciled as (
    select
        source_system,
        entity,
        unit,
        cast(raw_value as decimal(18, 2)) as raw_value,
        cast(arrived_value as decimal(18, 2)) as arrived_value,
        cast(set_aside_value as decimal(18, 2)) as set_aside_value
    from unioned
)

select * from reconciled
