-- For each month: what came, what is expected from today, and what was forecast one month before.
with actuals as (
    select 'bookings' as measure, period_month, won_amount as actual
    from marts.rpt_monthly_summary
    where is_complete
    union all
    select 'revenue' as measure, period_month, revenue as actual
    from marts.rpt_monthly_summary
    where is_complete
),
forecasts as (
    select
        measure, target_month as period_month,
        max(forecast_amount) filter (where is_current) as forecast_amount,
        max(low_amount) filter (where is_current) as low_amount,
        max(high_amount) filter (where is_current) as high_amount,
        max(forecast_amount) filter (where not is_current) as past_forecast,
        max(low_amount) filter (where not is_current) as past_low,
        max(high_amount) filter (where not is_current) as past_high
    from marts.rpt_revenue_forecast
    where component = '(all)' and segment = '(all)' and (is_current or months_ahead = 1)
    group by all
)
select
    measure, period_month, actual, forecast_amount, low_amount, high_amount, past_forecast,
    past_low, past_high
from actuals
full join forecasts using (measure, period_month)
order by measure, period_month
