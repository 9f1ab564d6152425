select period_month, metric, slice, direction, value, trailing_median, robust_z
from marts.rpt_funnel_alerts
order by period_month desc, abs(robust_z) desc, metric, slice
limit 200
