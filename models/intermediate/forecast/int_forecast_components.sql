with expected as (select * from {{ ref('int_open_expected_amounts') }}),

future_pipeline as (select * from {{ ref('int_forecast_future_pipeline') }}),

revenue as (select * from {{ ref('int_forecast_revenue') }}),

forecast_months as (select * from {{ ref('int_forecast_months') }}),

closings as (
    select
        segment,
        amount,
        closed_month,
        {{ reporting_date('closed_at') }} as closed_date
    from {{ ref('int_opportunity_closings') }}
    where is_won
),

components as (
    select
        'bookings' as measure,
        'open_pipeline' as component,
        segment,
        months_ahead,
        sum(expected_amount) as expected_amount,
        sum(variance) as variance,
        sum(cumulative_variance) as cumulative_variance,
        as_of_month
    from expected
    group by segment, months_ahead, as_of_month
    union all
    select
        'bookings' as measure,
        'future_pipeline' as component,
        segment,
        months_ahead,
        expected_amount,
        variance,
        sum(variance) over (
            partition by as_of_month, segment order by months_ahead asc nulls last
            rows between unbounded preceding and current row
        ) as cumulative_variance,
        as_of_month
    from future_pipeline
    union all
    select
        'bookings' as measure,
        'won_so_far' as component,
        closings.segment,
        forecast_months.months_ahead,
        cast(sum(closings.amount) as double) as expected_amount,
        cast(0 as double) as variance,
        cast(0 as double) as cumulative_variance,
        forecast_months.as_of_month
    from forecast_months
    inner join closings
        on
            forecast_months.target_month = closings.closed_month
            and forecast_months.forecast_date >= closings.closed_date
    group by closings.segment, forecast_months.months_ahead, forecast_months.as_of_month
    union all
    select
        'revenue' as measure,
        component,
        segment,
        months_ahead,
        expected_amount,
        variance,
        cumulative_variance,
        as_of_month
    from revenue
)

select * from components
