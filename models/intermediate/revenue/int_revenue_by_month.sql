with recognised as (
    select * from {{ ref('int_recognised_revenue') }}
),

-- A customer is its account, else its person: a flag for each is cheaper to sum up than a text.
summed as (
    select
        customer_id,
        product_line,
        period_month,
        case when bool_or(account_id is not null) then customer_id end as account_id,
        case when bool_or(person_id is not null) then customer_id end as person_id,
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
