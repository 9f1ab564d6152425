with customer_cohorts as (select * from {{ ref('int_customer_cohorts') }}),

activity as (select * from {{ ref('int_customer_activity') }}),

as_of as (select * from {{ ref('as_of') }}),

-- Each customer counts in its channel and in the total row.
members as (
    select * from customer_cohorts
    union all
    select
        customer_id,
        cohort,
        '(all)' as acquisition_channel,
        cohort_month,
        first_month
    from customer_cohorts
),

cohorts as (
    select
        cohort,
        acquisition_channel,
        cohort_month,
        first_month,
        count(*) as customers_count
    from members
    group by all
),

oldest as (
    select min(first_month) as oldest_month from cohorts
),

months as (
    select
        oldest.oldest_month,
        {{ month_series_of('oldest.oldest_month', 'as_of.as_of_date') }} as series_month
    from oldest
    cross join as_of
),

-- All combinations of cohort and age: future cells are rows too, with nulls and not mature.
ages as (
    select cast({{ dbt.datediff('oldest_month', 'series_month', 'month') }} as int) as age
    from months
),

cells as (
    select
        cohorts.*,
        ages.age as months_since,
        cast({{ dbt.dateadd('month', 'ages.age', 'cohorts.first_month') }} as date) as period_month,
        cast({{ dbt.dateadd('month', 'ages.age + 1', 'cohorts.first_month') }} as date)
        <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_mature
    from cohorts
    cross join ages
    cross join as_of
),

active as (
    select
        members.cohort,
        members.acquisition_channel,
        activity.period_month,
        count(*) filter (where activity.is_retained) as retained_count,
        sum(activity.mrr) as mrr,
        sum(activity.net_amount) as net_amount
    from activity
    inner join members on activity.customer_id = members.customer_id
    group by all
),

measured as (
    select
        cells.*,
        case when cells.is_mature then coalesce(active.retained_count, 0) end as retained_count,
        case when cells.is_mature then coalesce(active.mrr, 0) end as mrr,
        case when cells.is_mature then coalesce(active.net_amount, 0) end as net_amount
    from cells
    left outer join active
        on
            cells.cohort = active.cohort
            and cells.acquisition_channel = active.acquisition_channel
            and cells.period_month = active.period_month
),

-- Month 0 earns revenue from each customer's first day only, so the first full month is the base.
with_bases as (
    select
        *,
        max(case when months_since = 0 then mrr end) over by_cohort as base_mrr,
        max(case when months_since = 1 then net_amount end) over by_cohort as base_net_amount
    from measured
    window by_cohort as (partition by cohort, acquisition_channel)
),

rated as (
    select
        cohort,
        acquisition_channel,
        cast(months_since as bigint) as months_since,
        acquisition_channel = '(all)' as is_total,
        is_mature,
        cast(customers_count as bigint) as customers_count,
        cast(retained_count as bigint) as retained_customers_count,
        cast(mrr as decimal(18, 2)) as mrr,
        cast(net_amount as decimal(18, 2)) as net_amount,
        {{ rate('retained_count', 'customers_count') }} as logo_retention,
        {{ rate('mrr', 'base_mrr') }} as mrr_retention,
        case
            when months_since >= 1 and base_net_amount > 0
                then {{ rate('net_amount', 'base_net_amount') }}
        end as revenue_retention,
        cohort_month
    from with_bases
)

select * from rated
