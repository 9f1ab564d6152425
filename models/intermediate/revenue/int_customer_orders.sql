with lines as (
    select * from {{ ref('int_revenue_lines') }}
    where line_type = 'sale' and customer_id <> '(unknown)'
),

-- A line without an order is one of its own. Orders of one customer are told apart by a hash.
orders as (
    select
        customer_id,
        {{ hash64('coalesce(order_id, line_id)') }} as order_hash,
        min(revenue_at) as ordered_at
    from lines
    group by customer_id, {{ hash64('coalesce(order_id, line_id)') }}
),

customers as (
    select
        customer_id,
        count(*) as orders_count,
        min(ordered_at) as first_revenue_at,
        max(ordered_at) as last_revenue_at
    from orders
    group by customer_id
)

select * from customers
