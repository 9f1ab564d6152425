select
    cohort, acquisition_channel as channel, months_since, customers_count, retained_customers_count,
    round(logo_retention, 4) as logo_retention, round(mrr_retention, 4) as mrr_retention
from marts.rpt_retention_cohorts
where is_mature and logo_retention is not null and cohort not like '(%'
order by cohort, channel, months_since
