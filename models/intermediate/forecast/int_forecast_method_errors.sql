with methods as (select * from {{ ref('int_forecast_methods') }}),

dates as (
    select * from {{ ref('int_forecast_dates') }}
    where remaining_share = 0
),

actuals as (select * from {{ ref('int_forecast_actuals') }}),

-- Past month ends, and sums of months ahead that are over: the horizons 1, 3 and 6 months, and the
-- parts of them that share their weights.
sums as (
    select
        methods.measure,
        methods.method,
        windows.first_month,
        windows.last_month,
        sum(methods.forecast_amount) as forecast_amount,
        sum(actuals.amount) as actual_amount,
        methods.as_of_month
    from methods
    inner join dates on methods.as_of_month = dates.as_of_month
    inner join (values (1, 1), (2, 3), (4, 6), (1, 3), (1, 6)) as windows (first_month, last_month)
        on methods.months_ahead between windows.first_month and windows.last_month
    inner join actuals
        on
            methods.measure = actuals.measure
            and actuals.period_month
            = cast(
                {{ dbt.dateadd('month', 'methods.months_ahead', 'methods.as_of_month') }} as date
            )
    group by
        methods.measure, methods.method, windows.first_month, windows.last_month,
        methods.as_of_month
    having count(*) = windows.last_month - windows.first_month + 1
),

final as (
    select
        *,
        abs(forecast_amount - actual_amount) as absolute_error,
        -- At the end of this month, the error is known.
        cast({{ dbt.dateadd('month', 'last_month', 'as_of_month') }} as date) as known_month
    from sums
)

select * from final
