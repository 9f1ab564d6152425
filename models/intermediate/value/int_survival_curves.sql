with counted as (select * from {{ ref('int_survival_by_tenure') }}),

company as (
    select
        tenure_months,
        churned_count,
        at_risk_count
    from counted
    where segment = '(all)'
),

company_total as (
    select
        sum(churned_count) as churned_count,
        sum(at_risk_count) as at_risk_count
    from company
),

-- With too few contracts at risk, use the rate of all segments; if those are too few, the rate
-- over all tenures.
with_basis as (
    select
        counted.*,
        case
            when counted.tenure_months = 0 then 'none'
            when counted.at_risk_count >= {{ var('survival_minimum_at_risk') }} then 'own_segment'
            when company.at_risk_count >= {{ var('survival_minimum_at_risk') }} then 'all_segments'
            else 'all_tenures'
        end as churn_basis,
        company.churned_count as company_churned_count,
        company.at_risk_count as company_at_risk_count,
        company_total.churned_count as total_churned_count,
        company_total.at_risk_count as total_at_risk_count
    from counted
    cross join company_total
    inner join company on counted.tenure_months = company.tenure_months
),

rated as (
    select
        segment,
        churn_basis,
        tenure_months,
        at_risk_count,
        churned_count,
        coalesce(case churn_basis
            when 'own_segment' then {{ rate('churned_count', 'at_risk_count') }}
            when 'all_segments' then {{ rate('company_churned_count', 'company_at_risk_count') }}
            when 'all_tenures' then {{ rate('total_churned_count', 'total_at_risk_count') }}
        end, 0) as churn_rate
    from with_basis
),

-- Product as a sum of logarithms; the lower limit avoids ln(0) for a churn rate of 1.
survived as (
    select
        *,
        sum(ln(greatest(1 - churn_rate, 1e-300))) over (
            partition by segment order by tenure_months asc nulls last
            rows between unbounded preceding and current row
        ) as log_survival
    from rated
)

select * from survived
