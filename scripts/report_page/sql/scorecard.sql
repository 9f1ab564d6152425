select
    metric, team, unit, position, actual, target, attainment_rate, previous, year_before, trend,
    is_higher_better, period_month
from marts.rpt_revenue_scorecard
where is_complete
qualify period_month > max(period_month) over () - interval 13 month
order by position, metric, team, period_month
