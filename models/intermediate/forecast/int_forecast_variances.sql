with forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where is_current
),

scaled as (select * from {{ ref('int_forecast_scaled_components') }}),

totals as (select * from {{ ref('int_forecast_totals') }}),

intervals as (select * from {{ ref('int_forecast_intervals') }}),

-- Fans out on purpose: each segment also counts in all segments.
published as (
    select
        scaled.measure,
        case when slices.is_total then '(all)' else scaled.segment end as segment,
        sum(
            case
                when scaled.component in ('won_so_far', 'contracted') then 0
                else scaled.forecast_amount
            end
        ) as uncertain_amount,
        scaled.months_ahead,
        scaled.as_of_month
    from scaled
    cross join (values (true), (false)) as slices (is_total)
    group by all
),

final as (
    select
        published.measure,
        published.segment,
        published.months_ahead,
        published.months_ahead = min(published.months_ahead) over () as is_first_month,
        cast(published.uncertain_amount as double) as uncertain_amount,
        totals.variance,
        totals.cumulative_variance,
        -- In standard deviations of the normal distribution.
        intervals.interval_factor / 1.2815515655446004e0 as calibration_factor,
        forecast_months.target_month
    from published
    inner join forecast_months
        on
            published.as_of_month = forecast_months.as_of_month
            and published.months_ahead = forecast_months.months_ahead
    inner join totals
        on
            published.measure = totals.measure
            and published.segment = totals.segment
            and published.as_of_month = totals.as_of_month
            and published.months_ahead = totals.months_ahead
    inner join intervals
        on
            published.measure = intervals.measure
            and published.as_of_month = intervals.as_of_month
            and intervals.horizon_months
            = case
                when published.months_ahead <= 1 then 1
                when published.months_ahead <= 3 then 3
                else 6
            end
)

select * from final
