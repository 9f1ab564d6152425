-- By month and basis, every new customer counts once, marketing spend matches to the cent, and so
-- does sales cost if it is known.
with expected_customers as (
    select
        cohort_month,
        count(*) as customers_count
    from {{ ref('int_customer_cohorts') }}
    where cohort_month is not null
    group by cohort_month
),

expected_spend as (
    select
        cast(date_trunc('month', spend_date) as date) as cohort_month,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    where spend_date is not null
    group by cast(date_trunc('month', spend_date) as date)
),

reported as (
    select
        cohort_month,
        cac_basis,
        sum(new_customers_count) as customers_count,
        sum(acquisition_spend) as spend
    from {{ ref('rpt_unit_economics') }}
    group by cohort_month, cac_basis
),

months as (
    select cohort_month from expected_customers
    union distinct
    select cohort_month from expected_spend
),

bases as (
    select 'channel' as cac_basis
    union all
    select 'blended' as cac_basis
    union all
    select 'fully_loaded' as cac_basis
),

compared as (
    select
        months.cohort_month,
        bases.cac_basis,
        reported.customers_count as reported_customers_count,
        reported.spend as reported_spend,
        coalesce(expected_customers.customers_count, 0) as expected_customers_count,
        coalesce(expected_spend.spend, 0) + case
            when bases.cac_basis = 'fully_loaded' then sales_costs.sales_cost
            else 0
        end as expected_spend
    from months
    cross join bases
    left outer join reported
        on
            months.cohort_month = reported.cohort_month
            and bases.cac_basis = reported.cac_basis
    left outer join expected_customers on months.cohort_month = expected_customers.cohort_month
    left outer join expected_spend on months.cohort_month = expected_spend.cohort_month
    left outer join {{ ref('sales_costs') }} as sales_costs
        on
            months.cohort_month >= sales_costs.valid_from
            and (sales_costs.valid_to is null or months.cohort_month < sales_costs.valid_to)
)

select * from compared
where
    coalesce(reported_customers_count, -1) <> expected_customers_count
    or coalesce(reported_spend, -1) <> coalesce(expected_spend, -1)
