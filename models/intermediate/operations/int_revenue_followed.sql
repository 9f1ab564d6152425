with revenue_lines as (
    select coalesce(sum(amount), 0) as delivered_amount from {{ ref('revenue_lines') }}
),

set_aside as (
    select coalesce(sum(amount), 0) as set_aside_amount
    from {{ ref('int_revenue_lines_set_aside') }}
),

lines as (
    select
        coalesce(sum(source_amount), 0) as counted_amount,
        coalesce(sum(amount), 0) as reporting_amount
    from {{ ref('int_revenue_lines') }}
),

-- Amounts of several currencies are added as they stand, on both sides.
followed as (
    select
        'amount of revenue lines as delivered' as measure,
        revenue_lines.delivered_amount as raw_value,
        lines.counted_amount as arrived_value,
        set_aside.set_aside_amount as set_aside_value
    from revenue_lines
    cross join set_aside
    cross join lines
    union all
    select
        'revenue in the reporting currency' as measure,
        reporting_amount as raw_value,
        null as arrived_value,
        0 as set_aside_value
    from lines
)

select * from followed
