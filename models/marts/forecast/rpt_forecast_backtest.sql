with errors as (
    select * from {{ ref('int_forecast_method_errors') }}
    where first_month = 1
),

intervals as (
    select * from {{ ref('int_forecast_intervals') }}
    where actual_amount is not null
),

current_month as (
    select as_of_month
    from {{ ref('int_forecast_dates') }}
    where is_current
),

forecasts as (
    select
        measure,
        method,
        last_month as horizon_months,
        forecast_amount,
        actual_amount,
        cast(null as double) as half_width,
        as_of_month
    from errors
    union all
    select
        measure,
        'combined' as method,
        horizon_months,
        forecast_amount,
        actual_amount,
        interval_factor * standard_deviation as half_width,
        as_of_month
    from intervals
),

judged as (
    select
        *,
        forecast_amount - actual_amount as error,
        abs(forecast_amount - actual_amount) <= half_width as is_in_interval
    from forecasts
),

-- All past forecasts together are a row of the newest month.
summaries as (
    select
        judged.measure,
        judged.method,
        judged.horizon_months,
        sum(judged.forecast_amount) as forecast_amount,
        sum(judged.actual_amount) as actual_amount,
        sum(abs(judged.error)) / nullif(sum(abs(judged.actual_amount)), 0) as wape,
        sum(judged.error) / nullif(sum(abs(judged.actual_amount)), 0) as bias,
        count(*) as forecasts_count,
        cast(sum(case when judged.is_in_interval then 1 else 0 end) as double)
        / nullif(count(judged.is_in_interval), 0) as coverage,
        current_month.as_of_month
    from judged
    cross join current_month
    group by judged.measure, judged.method, judged.horizon_months, current_month.as_of_month
),

ranked as (
    select
        *,
        wape = min(wape) over (partition by measure, horizon_months) as is_best
    from summaries
),

final as (
    select
        measure,
        method,
        cast(horizon_months as bigint) as horizon_months,
        false as is_total,
        cast(forecast_amount as decimal(18, 2)) as forecast_amount,
        cast(actual_amount as decimal(18, 2)) as actual_amount,
        abs(error) / nullif(abs(actual_amount), 0) as absolute_percentage_error,
        is_in_interval,
        cast(null as double) as wape,
        cast(null as double) as bias,
        cast(null as double) as coverage,
        cast(null as bigint) as forecasts_count,
        cast(null as boolean) as is_best,
        as_of_month
    from judged
    union all
    select
        measure,
        method,
        cast(horizon_months as bigint) as horizon_months,
        true as is_total,
        cast(forecast_amount as decimal(18, 2)) as forecast_amount,
        cast(actual_amount as decimal(18, 2)) as actual_amount,
        cast(null as double) as absolute_percentage_error,
        cast(null as boolean) as is_in_interval,
        wape,
        bias,
        coverage,
        cast(forecasts_count as bigint) as forecasts_count,
        is_best,
        as_of_month
    from ranked
)

select * from final
