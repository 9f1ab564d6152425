with orders as (select * from {{ ref('int_customer_orders') }}),

lines as (select * from {{ ref('int_revenue_lines') }}),

recurring_lines as (select * from {{ ref('int_recurring_lines') }}),

subscription_versions as (select * from {{ ref('int_subscription_versions') }}),

mrr_by_month as (select * from {{ ref('int_mrr_by_month') }}),

as_of as (select * from {{ ref('as_of') }}),

first_records as (
    select min(revenue_date) as first_date from lines
    union all
    select min(valid_from) as first_date from subscription_versions
),

history as (
    select
        cast(date_trunc('month', min(first_date)) as date) as first_record_month,
        cast(date_trunc('month', coalesce(
            cast(nullif('{{ var("history_starts_on") }}', '') as date), min(first_date)
        )) as date) as history_month
    from first_records
),

-- A service billed afterwards was running before its first invoice.
starts as (
    select
        customer_id,
        {{ reporting_date('first_revenue_at') }} as started_date,
        {{ reporting_date('first_revenue_at') }} as running_from
    from orders
    union all
    select
        customer_id,
        least(started_date, valid_from) as started_date,
        least(started_date, valid_from) as running_from
    from subscription_versions
    union all
    select
        customer_id,
        cast(null as date) as started_date,
        active_from as running_from
    from recurring_lines
),

first_starts as (
    select
        customer_id,
        min(started_date) as started_date,
        min(running_from) as running_from
    from starts
    where customer_id <> '(unknown)'
    group by customer_id
),

mrr_months as (
    select
        customer_id,
        min(period_month) as first_mrr_month,
        max(period_month) as last_mrr_month
    from mrr_by_month
    group by customer_id
),

-- If no record is older than the history, customers with MRR in its first month were there before.
customers as (
    select
        first_starts.customer_id,
        coalesce(
            mrr_months.last_mrr_month = cast(date_trunc('month', as_of.as_of_date) as date)
            or {{ reporting_date('orders.last_revenue_at') }} > cast(
                {{ dbt.dateadd('day', -var('active_customer_days'), 'as_of.as_of_date') }} as date
            ),
            false
        ) as is_active,
        coalesce(
            first_starts.running_from < history.history_month
            or (
                history.first_record_month >= history.history_month
                and mrr_months.first_mrr_month = history.history_month
            ),
            false
        ) as is_opening_base,
        first_starts.started_date,
        history.history_month
    from first_starts
    cross join history
    cross join as_of
    left outer join orders on first_starts.customer_id = orders.customer_id
    left outer join mrr_months on first_starts.customer_id = mrr_months.customer_id
)

select * from customers
