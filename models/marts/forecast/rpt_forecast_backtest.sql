with errors as (select * from {{ ref('int_forecast_method_errors') }}),

intervals as (select * from {{ ref('int_forecast_intervals') }}),

current_month as (
    select as_of_month
    from {{ ref('int_forecast_dates') }}
    where is_current
),

judged as (
    select
        errors.measure,
        errors.method,
        errors.horizon_months,
        errors.forecast_amount,
        errors.actual_amount,
        errors.forecast_amount - errors.actual_amount as error,
        case
            when errors.method = 'combined'
                then
                    errors.absolute_error
                    <= intervals.interval_factor * intervals.standard_deviation
        end as is_in_interval,
        errors.as_of_month
    from errors
    left join intervals
        on
            errors.measure = intervals.measure
            and errors.horizon_months = intervals.horizon_months
            and errors.as_of_month = intervals.as_of_month
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
