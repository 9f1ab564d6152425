with lines as (select * from {{ ref('int_revenue_lines') }}),

mrr_by_month as (select * from {{ ref('int_mrr_by_month') }}),

revenue_by_month as (select * from {{ ref('int_revenue_by_month') }}),

-- A recurring sale is made in one month and earned over others.
events as (
    select
        customer_id,
        period_month,
        true as is_retained,
        mrr,
        cast(0 as decimal(18, 2)) as net_amount
    from mrr_by_month
    union all
    select
        customer_id,
        cast(date_trunc('month', revenue_date) as date) as period_month,
        true as is_retained,
        cast(0 as decimal(18, 2)) as mrr,
        cast(0 as decimal(18, 2)) as net_amount
    from lines
    where line_type = 'sale' and is_recurring
    union all
    select
        customer_id,
        period_month,
        has_one_off_sale as is_retained,
        cast(0 as decimal(18, 2)) as mrr,
        net_amount
    from revenue_by_month
),

activity as (
    select
        customer_id,
        period_month,
        bool_or(is_retained) as is_retained,
        cast(sum(mrr) as decimal(18, 2)) as mrr,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from events
    where customer_id <> '(unknown)'
    group by customer_id, period_month
)

select * from activity
