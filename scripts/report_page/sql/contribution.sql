select
    period_month, sourced_amount, influenced_amount - sourced_amount as influenced_only_amount,
    not_influenced_amount, won_amount, marketing_spend
from marts.rpt_marketing_contribution
order by period_month
