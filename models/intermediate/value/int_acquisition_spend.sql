with customer_cohorts as (
    select * from {{ ref('int_customer_cohorts') }}
),

spend as (
    select * from {{ ref('int_spend') }}
),

sales_costs as (
    select * from {{ ref('sales_costs') }}
),

mentions as (
    select
        cohort_month,
        acquisition_channel,
        1 as customers,
        0 as spend
    from customer_cohorts
    union all
    select
        cast(date_trunc('month', spend_date) as date) as cohort_month,
        channel as acquisition_channel,
        0 as customers,
        spend
    from spend
    where spend_date is not null
),

cells as (
    select
        cohort_month,
        acquisition_channel,
        sum(customers) as customers_count,
        cast(sum(spend) * 100 as bigint) as spend_cents
    from mentions
    group by cohort_month, acquisition_channel
),

-- Blended cost goes to the channels by their new customers; in a month without any it stays where
-- it was spent.
weighed as (
    select
        cells.*,
        sum(cells.spend_cents) over by_month as total_cents,
        cast(sales_costs.sales_cost * 100 as bigint) as sales_cents,
        case
            when sum(cells.customers_count) over by_month > 0 then cells.customers_count
            when sum(cells.spend_cents) over by_month > 0 then cells.spend_cents
            else 1
        end as weight
    from cells
    left outer join sales_costs
        on
            cells.cohort_month >= sales_costs.valid_from
            and (sales_costs.valid_to is null or cells.cohort_month < sales_costs.valid_to)
    window by_month as (partition by cells.cohort_month)
)

select * from weighed
