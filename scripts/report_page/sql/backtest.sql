select
    measure, method, horizon_months, round(wape, 6) as wape, round(bias, 6) as bias, coverage,
    forecasts_count, is_best
from marts.rpt_forecast_backtest
where is_total
order by measure, horizon_months, wape, method
