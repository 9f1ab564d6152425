select
    period_month, segment, round(nrr, 6) as nrr, round(grr, 6) as grr, customers_end, end_mrr
from marts.rpt_mrr_bridge
where nrr is not null or grr is not null
order by period_month, segment
