select
    period_quarter, segment, target_amount, won_amount, open_amount, start_amount,
    round(coalesce(coverage_ratio, start_coverage_ratio), 4) as coverage_ratio,
    round(required_coverage_ratio, 4) as required_coverage_ratio
from marts.rpt_pipeline_coverage
where team = '(all)'
order by period_quarter, segment
