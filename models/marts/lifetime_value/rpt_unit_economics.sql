with costs as (select * from {{ ref('int_acquisition_costs') }}),

customer_value as (
    select * from {{ ref('fct_customer_value') }}
    where cohort_month is not null
),

revenue_by_month as (
    select * from {{ ref('fct_revenue_by_month') }}
    where not is_deferred
),

margin_by_month as (
    select
        customer_value.cohort_month,
        customer_value.acquisition_channel,
        revenue_by_month.period_month,
        sum(revenue_by_month.gross_margin_amount) as margin
    from revenue_by_month
    inner join customer_value on revenue_by_month.customer_id = customer_value.customer_id
    group by all
),

cumulated as (
    select
        *,
        sum(margin) over (
            partition by cohort_month, acquisition_channel order by period_month asc nulls last
            rows between unbounded preceding and current row
        ) as cumulated_margin,
        {{ dbt.datediff('cohort_month', 'period_month', 'month') }} as months_since
    from margin_by_month
),

paybacks as (
    select
        costs.cohort_month,
        costs.acquisition_channel,
        costs.cac_basis,
        min(cumulated.months_since) as payback_months
    from costs
    inner join cumulated
        on
            costs.cohort_month = cumulated.cohort_month
            and costs.acquisition_channel = cumulated.acquisition_channel
            and costs.acquisition_spend <= cumulated.cumulated_margin
    group by all
),

values_by_cohort as (
    select
        cohort_month,
        acquisition_channel,
        sum(margin_to_date) as margin_to_date,
        sum(lifetime_margin) as lifetime_margin
    from customer_value
    group by cohort_month, acquisition_channel
),

measured as (
    select
        costs.acquisition_channel,
        costs.cac_basis,
        cast(costs.new_customers_count as bigint) as new_customers_count,
        costs.acquisition_spend,
        {{ rate('costs.acquisition_spend', 'costs.new_customers_count') }} as cac,
        {{ rate('values_by_cohort.margin_to_date', 'costs.new_customers_count') }}
            as margin_to_date,
        {{ rate('values_by_cohort.lifetime_margin', 'costs.new_customers_count') }} as clv,
        {{ rate('values_by_cohort.lifetime_margin', 'costs.acquisition_spend') }} as clv_to_cac,
        cast(case
            when costs.new_customers_count > 0 and costs.acquisition_spend = 0 then 0
            when paybacks.payback_months < 0 then 0
            else paybacks.payback_months
        end as bigint) as payback_months,
        costs.cohort_month
    from costs
    left outer join values_by_cohort
        on
            costs.cohort_month = values_by_cohort.cohort_month
            and costs.acquisition_channel = values_by_cohort.acquisition_channel
    left outer join paybacks
        on
            costs.cohort_month = paybacks.cohort_month
            and costs.acquisition_channel = paybacks.acquisition_channel
            and costs.cac_basis = paybacks.cac_basis
)

select * from measured
