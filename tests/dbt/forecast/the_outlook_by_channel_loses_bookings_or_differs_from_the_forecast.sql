-- Channels sum to (all), and (all) is what was won and the published forecast of the rest, to the
-- cent.
with outlook as (
    select * from {{ ref('rpt_revenue_outlook') }}
    where period_grain = 'month'
),

by_channel as (
    select
        period_start,
        segment,
        sum(case when channel = '(all)' then won_amount else -won_amount end) as won_difference,
        sum(case when channel = '(all)' then expected_open_amount else -expected_open_amount end)
            as open_difference,
        sum(case when channel = '(all)' then forecast_amount else -forecast_amount end)
            as forecast_difference
    from outlook
    group by period_start, segment
),

won as (
    select
        cast({{ dbt.date_trunc('month', reporting_date('closed_at')) }} as date) as period_start,
        sum(amount) as amount
    from {{ ref('fct_opportunities') }}
    where is_won and closed_at is not null
    group by cast({{ dbt.date_trunc('month', reporting_date('closed_at')) }} as date)
),

forecast as (
    select
        target_month as period_start,
        forecast_amount as amount
    from {{ ref('rpt_revenue_forecast') }}
    where is_current and measure = 'bookings' and component = '(all)' and segment = '(all)'
),

totals as (
    select * from outlook
    where channel = '(all)' and segment = '(all)'
)

select
    period_start,
    segment as slice,
    'channels do not sum to all' as problem
from by_channel
where won_difference <> 0 or open_difference <> 0 or forecast_difference <> 0
union all
select
    coalesce(totals.period_start, forecast.period_start, won.period_start) as period_start,
    '(all)' as slice,
    'the total is not what was won or is forecast' as problem
from totals
full outer join forecast on totals.period_start = forecast.period_start
full outer join won on coalesce(totals.period_start, forecast.period_start) = won.period_start
where
    coalesce(totals.forecast_amount, 0) <> coalesce(forecast.amount, won.amount, 0)
    or coalesce(totals.won_amount, 0) <> coalesce(won.amount, 0)
