with spells as (select * from {{ ref('int_mrr_spells') }}),

contract_customers as (select * from {{ ref('int_contract_customers') }}),

mrr_by_month as (select * from {{ ref('int_mrr_by_month') }}),

curves as (select * from {{ ref('int_survival_curves') }}),

churn as (select * from {{ ref('int_trailing_churn') }}),

-- Weight each month ahead by the share of contracts that survive until then, and discount it.
ahead as (
    select
        young.segment,
        young.tenure_months,
        exp(older.log_survival - young.log_survival) as survival,
        power(
            1 + cast({{ var('annual_discount_rate') }} as double),
            -(older.tenure_months - young.tenure_months) / cast(12 as double)
        ) as discount_factor
    from curves as young
    inner join curves as older
        on
            young.segment = older.segment
            and young.tenure_months < older.tenure_months
            and older.tenure_months <= young.tenure_months + {{ var('clv_horizon_months') }}
),

outlooks as (
    select
        segment,
        tenure_months,
        sum(survival) as expected_months,
        sum(survival * discount_factor) as discounted_months
    from ahead
    group by segment, tenure_months
    having count(*) = {{ var('clv_horizon_months') }}
),

running as (
    select
        spells.customer_id,
        spells.segment,
        spells.as_of_tenure,
        mrr_by_month.mrr,
        mrr_by_month.mrr_margin
    from spells
    cross join churn
    inner join mrr_by_month
        on
            spells.customer_id = mrr_by_month.customer_id
            and churn.as_of_month = mrr_by_month.period_month
    where spells.is_running
),

-- A contract without MRR at as_of has ended or is free, so it has no expected margin.
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
    left join running on contract_customers.customer_id = running.customer_id
    left join outlooks
        on
            running.segment = outlooks.segment
            and running.as_of_tenure = outlooks.tenure_months
)

select * from valued
