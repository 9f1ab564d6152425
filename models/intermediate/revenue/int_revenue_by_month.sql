with recognised as (select * from {{ ref('int_recognised_revenue') }}),

-- A customer is an account or a person; a flag for each is cheaper to keep than an id.
summed as (
    select
        customer_id,
        product_line,
        period_month,
        cast(
            coalesce(sum(amount) filter (where revenue_type = 'recurring'), 0) as decimal(18, 2)
        ) as recurring_amount,
        cast(
            coalesce(sum(amount) filter (where revenue_type = 'one_off'), 0) as decimal(18, 2)
        ) as one_off_amount,
        cast(
            coalesce(sum(amount) filter (where revenue_type = 'refunded'), 0) as decimal(18, 2)
        ) as refunded_amount,
        cast(recurring_amount + one_off_amount + refunded_amount as decimal(18, 2)) as net_amount,
        bool_or(account_id is not null) as has_account,
        bool_or(person_id is not null) as has_person,
        bool_or(revenue_type = 'one_off') as has_one_off_sale
    from recognised
    group by customer_id, product_line, period_month
)

select * from summed
