select
    cohort_month as period_month, acquisition_channel as channel, new_customers_count,
    acquisition_spend, round(clv * new_customers_count, 2) as customer_value
from marts.rpt_unit_economics
where cac_basis = 'blended' and new_customers_count > 0
order by all
