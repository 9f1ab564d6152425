with tenures as (
    select * from {{ ref('int_contract_tenures') }}
),

contract_customers as (
    select * from {{ ref('int_contract_customers') }}
),

mrr_by_month as (
    select * from {{ ref('int_mrr_by_month') }}
),

outlooks as (
    select * from {{ ref('int_contract_outlooks') }}
),

churn as (
    select * from {{ ref('int_trailing_churn') }}
),

running as (
    select
        tenures.customer_id,
        tenures.segment,
        tenures.as_of_tenure,
        mrr_by_month.mrr,
        mrr_by_month.mrr_margin
    from tenures
    cross join churn
    inner join mrr_by_month
        on
            tenures.customer_id = mrr_by_month.customer_id
            and churn.as_of_month = mrr_by_month.period_month
    where tenures.is_running
),

-- Of a contract without MRR at as_of nothing is expected: it has ended, or its price is 0 now.
valued as (
    select
        contract_customers.customer_id,
        running.segment,
        running.as_of_tenure as tenure_months,
        running.customer_id is not null as is_running,
        cast(coalesce(running.mrr, 0) as decimal(18, 2)) as mrr,
        coalesce(outlooks.expected_months, 0) as expected_months,
        cast(round(
            coalesce(cast(running.mrr_margin as double) * outlooks.discounted_months, 0), 6
        ) as decimal(18, 2)) as clv,
        cast(round(
            case
                when running.customer_id is null then 0
                else cast(running.mrr_margin as double) / nullif(churn.churn_rate, 0)
            end, 6
        ) as decimal(18, 2)) as simple_clv
    from contract_customers
    cross join churn
    left outer join running on contract_customers.customer_id = running.customer_id
    left outer join outlooks
        on
            running.segment = outlooks.segment
            and running.as_of_tenure = outlooks.tenure_months
)

select * from valued
