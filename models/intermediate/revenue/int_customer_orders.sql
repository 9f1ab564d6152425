with lines as (
    select * from {{ ref('int_revenue_lines') }}
    where line_type = 'sale' and customer_id <> '(unknown)'
),

-- A line without an order id counts as its own order.
orders as (
    select
        customer_id,
        order_id,
        case when order_id is null then line_id end as line_id,
        min(revenue_at) as ordered_at
    from lines
    group by customer_id, order_id, case when order_id is null then line_id end
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
