with orders as (
    select * from {{ ref('int_customer_orders') }}
),

versions as (
    select * from {{ ref('int_subscription_versions') }}
),

acquisition as (
    select * from {{ ref('int_customer_acquisition') }}
),

starts as (
    select
        customer_id,
        {{ reporting_date('first_revenue_at') }} as started_date
    from orders
    union all
    select
        customer_id,
        least(started_date, valid_from) as started_date
    from versions
),

first_starts as (
    select
        customer_id,
        cast(date_trunc('month', min(started_date)) as date) as cohort_month
    from starts
    where customer_id <> '(unknown)'
    group by customer_id
),

cohorts as (
    select
        first_starts.customer_id,
        coalesce(acquisition.acquisition_channel, '(unknown)') as acquisition_channel,
        first_starts.cohort_month
    from first_starts
    left outer join acquisition on first_starts.customer_id = acquisition.customer_id
)

select * from cohorts
