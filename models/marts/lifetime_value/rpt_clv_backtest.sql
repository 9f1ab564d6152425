with compared as (select * from {{ ref('int_clv_backtest') }}),

periods as (
    select * from {{ ref('int_clv_periods') }}
    where fit_period = 'backtest'
),

as_of as (select * from {{ ref('as_of') }}),

measured as (
    select
        *,
        predicted_revenue - actual_revenue as revenue_error,
        predicted_purchases - actual_purchases as purchases_error
    from compared
),

slices as (
    select
        *,
        cast(decile as string) as slice
    from measured
    union all
    select
        *,
        '(all)' as slice
    from measured
),

summed as (
    select
        prediction_method,
        slice,
        count(*) as customers_count,
        sum(predicted_purchases) as predicted,
        sum(actual_purchases) as actual,
        sum(purchases_error) as error,
        avg(abs(purchases_error)) as mae,
        sqrt(avg(purchases_error * purchases_error)) as rmse,
        case
            when
                min(predicted_rank) < max(predicted_rank) and min(actual_rank) < max(actual_rank)
                then corr(predicted_rank, actual_rank)
        end as rank_correlation,
        sum(predicted_revenue) as predicted_revenue,
        sum(actual_revenue) as actual_revenue,
        avg(abs(revenue_error)) as revenue_mae,
        sqrt(avg(revenue_error * revenue_error)) as revenue_rmse
    from slices
    group by prediction_method, slice
),

published as (
    select
        summed.prediction_method as method,
        summed.slice as decile,
        cast(summed.customers_count as bigint) as customers_count,
        cast(summed.predicted as double) as predicted,
        cast(summed.actual as double) as actual,
        cast(summed.error as double) as error,
        {{ rate('summed.error', 'summed.actual') }} as relative_error,
        cast(summed.mae as double) as mae,
        cast(summed.rmse as double) as rmse,
        cast(summed.rank_correlation as double) as rank_correlation,
        cast(summed.predicted_revenue as double) as predicted_revenue,
        cast(summed.actual_revenue as double) as actual_revenue,
        {{ rate('summed.predicted_revenue - summed.actual_revenue', 'summed.actual_revenue') }}
            as revenue_relative_error,
        cast(summed.revenue_mae as double) as revenue_mae,
        cast(summed.revenue_rmse as double) as revenue_rmse,
        summed.slice = '(all)' as is_total,
        periods.fitted_until as fitted_until_date,
        as_of.as_of_date as predicted_until_date
    from summed
    cross join periods
    cross join as_of
)

select * from published
