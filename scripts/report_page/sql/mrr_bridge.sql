select
    period_month, segment, start_mrr, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr,
    -contraction_mrr as contraction_mrr, -churn_mrr as churn_mrr, end_mrr
from marts.rpt_mrr_bridge
order by period_month, segment
