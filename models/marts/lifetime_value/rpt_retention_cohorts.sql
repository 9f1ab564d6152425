with customer_cohorts as (select * from {{ ref('int_customer_cohorts') }}),

activity as (select * from {{ ref('int_customer_activity') }}),

as_of as (select * from {{ ref('as_of') }}),

-- Each customer counts in its channel and in the total row.
cohorts as (
    select
        cohort_month,
        acquisition_channel,
        count(*) as customers_count
    from customer_cohorts
    group by cohort_month, acquisition_channel
    union all
    select
        cohort_month,
        '(all)' as acquisition_channel,
        count(*) as customers_count
    from customer_cohorts
    group by cohort_month
),

oldest as (
    select min(cohort_month) as first_cohort_month from cohorts
),

months as (
    select
        oldest.first_cohort_month,
        {{ month_series_of('oldest.first_cohort_month', 'as_of.as_of_date') }} as series_month
    from oldest
    cross join as_of
),

-- All combinations of cohort and age: future cells are rows too, with nulls and not mature.
ages as (
    select cast({{ dbt.datediff('first_cohort_month', 'series_month', 'month') }} as int) as age
    from months
),

cells as (
    select
        cohorts.cohort_month,
        cohorts.acquisition_channel,
        cohorts.customers_count,
        ages.age as months_since,
        cast({{ dbt.dateadd('month', 'ages.age', 'cohorts.cohort_month') }} as date)
            as period_month,
        cast({{ dbt.dateadd('month', 'ages.age + 1', 'cohorts.cohort_month') }} as date)
        <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_mature
    from cohorts
    cross join ages
    cross join as_of
),

active_by_channel as (
    select
        customer_cohorts.cohort_month,
        customer_cohorts.acquisition_channel,
        activity.period_month,
        count(*) filter (where activity.is_retained) as retained_count,
        sum(activity.net_amount) as net_amount
    from activity
    inner join customer_cohorts on activity.customer_id = customer_cohorts.customer_id
    group by all
),

active as (
    select * from active_by_channel
    union all
    select
        cohort_month,
        '(all)' as acquisition_channel,
        period_month,
        sum(retained_count) as retained_count,
        sum(net_amount) as net_amount
    from active_by_channel
    group by cohort_month, period_month
),

measured as (
    select
        cells.*,
        case when cells.is_mature then coalesce(active.retained_count, 0) end as retained_count,
        case when cells.is_mature then coalesce(active.net_amount, 0) end as net_amount,
        max(case when cells.months_since = 0 then active.net_amount end) over (
            partition by cells.cohort_month, cells.acquisition_channel
        ) as cohort_net_amount
    from cells
    left outer join active
        on
            cells.cohort_month = active.cohort_month
            and cells.acquisition_channel = active.acquisition_channel
            and cells.period_month = active.period_month
),

rated as (
    select
        acquisition_channel,
        cast(months_since as bigint) as months_since,
        is_mature,
        cast(customers_count as bigint) as customers_count,
        cast(retained_count as bigint) as retained_customers_count,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(retained_count as double) / nullif(customers_count, 0) as logo_retention,
        cast(net_amount as double)
        / nullif(cast(greatest(cohort_net_amount, 0) as double), 0) as revenue_retention,
        cohort_month
    from measured
)

select * from rated
