with methods as (select * from {{ ref('int_forecast_methods') }}),

combinations as (select * from {{ ref('int_forecast_combinations') }}),

dates as (
    select * from {{ ref('int_forecast_dates') }}
    where remaining_share = 0
),

actuals as (select * from {{ ref('int_forecast_actuals') }}),

forecasts as (
    select
        measure,
        method,
        months_ahead,
        forecast_amount,
        as_of_month
    from methods
    union all
    select
        measure,
        'combined' as method,
        months_ahead,
        forecast_amount,
        as_of_month
    from combinations
),

-- Past month ends, and sums of months ahead that are over.
sums as (
    select
        forecasts.measure,
        forecasts.method,
        horizons.horizon_months,
        sum(forecasts.forecast_amount) as forecast_amount,
        sum(actuals.amount) as actual_amount,
        forecasts.as_of_month
    from forecasts
    inner join dates on forecasts.as_of_month = dates.as_of_month
    inner join (values (1), (3), (6)) as horizons (horizon_months)
        on forecasts.months_ahead between 1 and horizons.horizon_months
    inner join actuals
        on
            forecasts.measure = actuals.measure
            and actuals.period_month
            = cast(
                {{ dbt.dateadd('month', 'forecasts.months_ahead', 'forecasts.as_of_month') }}
                as date
            )
    group by
        forecasts.measure, forecasts.method, horizons.horizon_months, forecasts.as_of_month
    having count(*) = horizons.horizon_months
),

final as (
    select
        *,
        abs(forecast_amount - actual_amount) as absolute_error,
        -- At the end of this month, the error is known.
        cast({{ dbt.dateadd('month', 'horizon_months', 'as_of_month') }} as date) as known_month
    from sums
)

select * from final
