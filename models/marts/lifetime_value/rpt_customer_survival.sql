with curves as (select * from {{ ref('int_survival_curves') }}),

published as (
    select
        segment,
        churn_basis,
        cast(tenure_months as bigint) as tenure_months,
        cast(at_risk_count as bigint) as at_risk_count,
        cast(churned_count as bigint) as churned_count,
        cast(churn_rate as double) as churn_rate,
        cast(exp(log_survival) as double) as survival_rate,
        segment = '(all)' as is_total
    from curves
)

select * from published
