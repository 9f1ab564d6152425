-- The current quarter and year of every target: the earliest periods that are not over.
select
    period_grain, period_start, metric, team, source, segment, target, actual, pace_forecast, low,
    high, probability_of_attainment, owner,
    round(coalesce(pace_forecast, actual) / nullif(target, 0), 4) as pace_rate,
    round(low / nullif(target, 0), 4) as low_rate,
    round(high / nullif(target, 0), 4) as high_rate
from marts.rpt_goal_attainment
where
    not is_over
    and period_grain in ('quarter', 'year')
    and coalesce(pace_forecast, actual) is not null
qualify period_start = min(period_start) over (partition by period_grain)
order by period_grain, metric, team, source, segment
