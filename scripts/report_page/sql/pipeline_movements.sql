select
    period_month, segment, start_amount, created_amount, reopened_amount, increased_amount,
    -decreased_amount as decreased_amount, -won_amount as won_amount, -lost_amount as lost_amount,
    end_amount
from marts.rpt_pipeline_movements
where pipeline_scope = 'all_open'
order by period_month, segment
