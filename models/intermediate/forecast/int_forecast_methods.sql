with forecast_months as (select * from {{ ref('int_forecast_months') }}),

components as (select * from {{ ref('int_forecast_components') }}),

actuals as (select * from {{ ref('int_forecast_actuals') }}),

due as (select * from {{ ref('int_forecast_due_pipeline') }}),

so_far as (
    select
        as_of_month,
        months_ahead,
        sum(expected_amount) as amount
    from components
    where component = 'won_so_far'
    group by as_of_month, months_ahead
),

-- A shop without opportunities has no forecast of bookings.
measures as (select distinct measure from components),

-- What is won so far in the current month is part of each forecast of bookings. Revenue is
-- forecast for whole months.
months as (
    select
        measures.measure,
        forecast_months.as_of_month,
        forecast_months.target_month,
        forecast_months.months_ahead,
        forecast_months.history_months,
        forecast_months.last_whole_month,
        case measures.measure when 'bookings' then forecast_months.month_share else 1 end
            as month_share,
        case measures.measure when 'bookings' then coalesce(so_far.amount, 0) else 0 end
            as amount_so_far
    from forecast_months
    cross join measures
    left join so_far
        on
            forecast_months.as_of_month = so_far.as_of_month
            and forecast_months.months_ahead = so_far.months_ahead
),

last_three_months as (
    select
        months.measure,
        months.as_of_month,
        months.months_ahead,
        sum(coalesce(actuals.amount, 0)) / 3 as amount
    from months
    left join actuals
        on
            months.measure = actuals.measure
            and months.last_whole_month >= actuals.period_month
            and actuals.period_month > {{ dbt.dateadd('month', -3, 'months.last_whole_month') }}
    group by months.measure, months.as_of_month, months.months_ahead
),

forecasts as (
    select
        measure,
        as_of_month,
        months_ahead,
        'model' as method,
        sum(expected_amount) as forecast_amount
    from components
    group by measure, as_of_month, months_ahead
    union all
    select
        months.measure,
        months.as_of_month,
        months.months_ahead,
        'weighted_pipeline' as method,
        coalesce(due.amount, 0) + months.amount_so_far as forecast_amount
    from months
    left join due
        on months.as_of_month = due.as_of_month and months.target_month = due.target_month
    where months.measure = 'bookings'
    union all
    select
        months.measure,
        months.as_of_month,
        months.months_ahead,
        'trailing_three_months' as method,
        last_three_months.amount * months.month_share + months.amount_so_far as forecast_amount
    from months
    inner join last_three_months
        on
            months.measure = last_three_months.measure
            and months.as_of_month = last_three_months.as_of_month
            and months.months_ahead = last_three_months.months_ahead
    union all
    select
        months.measure,
        months.as_of_month,
        months.months_ahead,
        'same_month_last_year' as method,
        actuals.amount * months.month_share + months.amount_so_far as forecast_amount
    from months
    inner join actuals
        on
            months.measure = actuals.measure
            and actuals.period_month
            = cast({{ dbt.dateadd('month', -12, 'months.target_month') }} as date)
            and months.last_whole_month >= actuals.period_month
)

select * from forecasts
