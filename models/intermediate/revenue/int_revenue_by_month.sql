with recognised as (
    select * from {{ ref('int_recognised_revenue') }}
),

summed as (
    select
        customer_id,
        product_line,
        period_month,
        max(account_id) as account_id,
        max(person_id) as person_id,
        cast(
            coalesce(sum(amount) filter (where revenue_type = 'recurring'), 0) as decimal(18, 2)
        ) as recurring_amount,
        cast(
            coalesce(sum(amount) filter (where revenue_type = 'one_off'), 0) as decimal(18, 2)
        ) as one_off_amount,
        cast(
            coalesce(sum(amount) filter (where revenue_type = 'refunded'), 0) as decimal(18, 2)
        ) as refunded_amount,
        cast(sum(amount) as decimal(18, 2)) as net_amount,
        bool_or(revenue_type = 'one_off') as has_one_off_sale
    from recognised
    group by customer_id, product_line, period_month
)

select * from summed
