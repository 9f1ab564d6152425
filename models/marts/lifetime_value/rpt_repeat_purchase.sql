with purchase_days as (select * from {{ ref('int_customer_purchase_days') }}),

as_of as (select * from {{ ref('as_of') }}),

with_previous as (
    select
        purchase_date,
        lag(purchase_date) over by_customer as previous_purchase_date,
        min(purchase_date) over by_customer as first_purchase_date
    from purchase_days
    window by_customer as (partition by customer_id order by purchase_date asc nulls last)
),

gaps as (
    select
        cast(date_trunc('month', first_purchase_date) as date) as cohort_month,
        previous_purchase_date is null as is_first,
        previous_purchase_date = first_purchase_date as is_second,
        {{ dbt.datediff('previous_purchase_date', 'purchase_date', 'day') }} as days_between
    from with_previous
),

cohort_gaps as (
    select
        cohort_month,
        count(*) filter (where is_first) as customers_count,
        count(*) filter (where is_second) as repeat_customers_count,
        count(*) filter (
            where is_second and days_between <= {{ var('repeat_purchase_window_days') }}
        ) as repeat_in_window_count,
        count(*) as purchases_count,
        median(days_between) as median_days_between
    from gaps
    group by cohort_month
),

-- A cohort is mature when customers who first bought on its last day have had the whole window.
with_maturity as (
    select
        cohort_gaps.*,
        cast({{ dbt.dateadd(
            'day', var('repeat_purchase_window_days') - 1,
            dbt.dateadd('month', 1, 'cohort_gaps.cohort_month')
        ) }} as date) <= as_of.as_of_date as is_mature
    from cohort_gaps
    cross join as_of
),

rated as (
    select
        is_mature,
        cast(customers_count as bigint) as customers_count,
        cast(repeat_customers_count as bigint) as repeat_customers_count,
        cast(purchases_count as bigint) as purchases_count,
        {{ rate('repeat_customers_count', 'customers_count') }} as repeat_rate,
        case
            when is_mature then {{ rate('repeat_in_window_count', 'customers_count') }}
        end as repeat_rate_in_window,
        cast(median_days_between as double) as median_days_between,
        cohort_month
    from with_maturity
)

select * from rated
