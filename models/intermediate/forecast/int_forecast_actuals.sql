with closings as (
    select * from {{ ref('int_opportunity_closings') }}
    where is_won
),

revenue as (select * from {{ ref('int_revenue_by_month') }}),

forecast_dates as (select * from {{ ref('int_forecast_dates') }}),

-- Only whole months can be compared with a forecast. A month without sales is 0.
months as (
    select
        {{ month_series_of(
            dbt.dateadd('month', '1 - history_months', 'as_of_month'), 'as_of_month'
        ) }} as period_month,
        forecast_date
    from forecast_dates
    where is_current
),

amounts as (
    select
        'bookings' as measure,
        closed_month as period_month,
        sum(amount) as amount
    from closings
    group by closed_month
    union all
    select
        'revenue' as measure,
        period_month,
        sum(net_amount) as amount
    from revenue
    group by period_month
),

final as (
    select
        measures.measure,
        coalesce(cast(amounts.amount as double), 0) as amount,
        months.period_month
    from months
    cross join (values ('bookings'), ('revenue')) as measures (measure)
    left join amounts
        on months.period_month = amounts.period_month and measures.measure = amounts.measure
    where
        cast({{ dbt.dateadd('month', 1, 'months.period_month') }} as date)
        <= {{ dbt.dateadd('day', 1, 'months.forecast_date') }}
)

select * from final
