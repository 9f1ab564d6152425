with raw_totals as (
    select * from {{ ref('raw_totals') }}
),

rejected_rows as (
    select * from {{ ref('rejected_rows') }}
),

arrived as (
    select * from {{ ref('int_rows_counted') }}
),

rejected_totals as (
    select
        source_system,
        raw_table,
        count(*) as rows_count,
        coalesce(cast(sum(raw_amount) as decimal(18, 2)), 0) as amount
    from rejected_rows
    group by source_system, raw_table
),

with_rejected as (
    select
        raw_totals.*,
        raw_totals.left_out_rows_count + coalesce(rejected_totals.rows_count, 0) as set_aside_rows,
        raw_totals.left_out_amount + coalesce(rejected_totals.amount, 0) as set_aside_amount
    from raw_totals
    left outer join rejected_totals
        on
            raw_totals.source_system = rejected_totals.source_system
            and raw_totals.raw_table = rejected_totals.raw_table
),

raw_measures as (
    select
        source_system,
        rows_of as entity,
        'rows' as unit,
        rows_count as raw_value,
        set_aside_rows as set_aside_value
    from with_rejected
    where rows_of is not null
    union all
    select
        source_system,
        amount_of as entity,
        'amount as delivered' as unit,
        amount as raw_value,
        set_aside_amount as set_aside_value
    from with_rejected
    where amount_of is not null
),

raw_sums as (
    select
        source_system,
        entity,
        unit,
        sum(raw_value) as raw_value,
        sum(set_aside_value) as set_aside_value
    from raw_measures
    group by source_system, entity, unit
),

-- Rows that name a source of their own came through the tables whose rows may do so.
own_source as (
    select max(source_system) as source_system
    from raw_totals
    where has_own_source_names
),

arrived_sums as (
    select
        case
            when arrived.source_system in (select raw_totals.source_system from raw_totals)
                then arrived.source_system
            else own_source.source_system
        end as source_system,
        arrived.entity,
        sum(arrived.rows_count) as rows_count,
        sum(arrived.amount) as amount
    from arrived
    cross join own_source
    group by all
),

followed as (
    select
        raw_sums.source_system,
        raw_sums.entity,
        raw_sums.unit,
        cast(raw_sums.raw_value as decimal(18, 2)) as raw_value,
        cast(coalesce(
            case
                when raw_sums.unit = 'rows' then arrived_sums.rows_count else arrived_sums.amount
            end,
            0
        ) as decimal(18, 2)) as arrived_value,
        cast(raw_sums.set_aside_value as decimal(18, 2)) as set_aside_value
    from raw_sums
    left outer join arrived_sums
        on
            raw_sums.source_system = arrived_sums.source_system
            and raw_sums.entity = arrived_sums.entity
),

-- A table of the own data that is not there is no line of the report.
existing as (
    select * from followed
    where raw_value <> 0 or arrived_value <> 0
)

select * from existing
