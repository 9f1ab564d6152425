with spells as (select * from {{ ref('int_mrr_spells') }}),

as_of as (
    select
        cast(date_trunc('month', as_of_date) as date) as as_of_month,
        cast({{ dbt.dateadd(
            'month', -6, "date_trunc('month', as_of_date)"
        ) }} as date) as first_month,
        cast({{ dbt.dateadd(
            'month', -1, "date_trunc('month', as_of_date)"
        ) }} as date) as last_month
    from {{ ref('as_of') }}
),

-- A spell has MRR at the start of each month from the one after first_month to the one after
-- last_month.
starts as (
    select
        cast({{ dbt.dateadd('month', 1, 'first_month') }} as date) as first_started_month,
        cast({{ dbt.dateadd('month', 1, 'last_month') }} as date) as churn_month
    from spells
),

counted as (
    select
        as_of.as_of_month,
        count(*) filter (where starts.churn_month <= as_of.last_month) as churned_count,
        sum(
            {{ dbt.datediff(
                'greatest(starts.first_started_month, as_of.first_month)',
                'least(starts.churn_month, as_of.last_month)', 'month'
            ) }} + 1
        ) filter (where starts.first_started_month <= as_of.last_month) as customer_months_count
    from as_of
    left outer join starts on as_of.first_month <= starts.churn_month
    group by as_of.as_of_month
),

rated as (
    select
        as_of_month,
        churned_count,
        coalesce(customer_months_count, 0) as customer_months_count,
        {{ rate('churned_count', 'customer_months_count') }} as churn_rate
    from counted
)

select * from rated
