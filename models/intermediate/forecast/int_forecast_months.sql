with dates as (select * from {{ ref('int_forecast_dates') }}),

targets as (
    select
        *,
        {{ month_series_of(
            'as_of_month', dbt.dateadd('month', var('forecast_horizon_months'), 'as_of_month')
        ) }} as target_month
    from dates
),

-- The month of the forecast itself only counts as long as part of it lies ahead.
final as (
    select
        history_months,
        {{ dbt.datediff('as_of_month', 'target_month', 'month') }} as months_ahead,
        -- Part of the month that lies ahead.
        case when target_month = as_of_month then remaining_share else 1 end as month_share,
        is_current,
        as_of_month,
        target_month,
        forecast_date,
        case
            when remaining_share > 0
                then cast({{ dbt.dateadd('month', -1, 'as_of_month') }} as date)
            else as_of_month
        end as last_whole_month
    from targets
)

select * from final
where month_share > 0
