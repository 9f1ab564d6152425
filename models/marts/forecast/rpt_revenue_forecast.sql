with scaled as (select * from {{ ref('int_forecast_scaled_components') }}),

totals as (select * from {{ ref('int_forecast_totals') }}),

intervals as (select * from {{ ref('int_forecast_intervals') }}),

forecast_months as (select * from {{ ref('int_forecast_months') }}),

-- Fans out on purpose: each component also counts in all components and in all segments.
summed as (
    select
        scaled.measure,
        coalesce(slices.component, scaled.component) as component,
        coalesce(slices.segment, scaled.segment) as segment,
        sum(scaled.model_amount) as model_amount,
        sum(scaled.forecast_amount) as forecast_amount,
        scaled.months_ahead,
        scaled.as_of_month
    from scaled
    cross join (
        values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
    ) as slices (component, segment)
    group by all
),

with_interval as (
    select
        summed.*,
        case
            when summed.component = '(all)'
                then intervals.interval_factor * sqrt(totals.variance)
        end as half_width,
        totals.certain_amount,
        case when summed.component = '(all)' then intervals.calibrated_on_count end
            as calibrated_on_count
    from summed
    inner join totals
        on
            summed.measure = totals.measure
            and summed.segment = totals.segment
            and summed.as_of_month = totals.as_of_month
            and summed.months_ahead = totals.months_ahead
    left join intervals
        on
            summed.measure = intervals.measure
            and summed.as_of_month = intervals.as_of_month
            and intervals.horizon_months
            = case
                when summed.months_ahead <= 1 then 1 when summed.months_ahead <= 3 then 3 else 6
            end
),

final as (
    select
        with_interval.measure,
        with_interval.component,
        with_interval.segment,
        with_interval.component = '(all)' or with_interval.segment = '(all)' as is_total,
        cast(with_interval.months_ahead as bigint) as months_ahead,
        cast(with_interval.model_amount as decimal(18, 2)) as model_amount,
        cast(with_interval.forecast_amount as decimal(18, 2)) as forecast_amount,
        cast(
            case
                when with_interval.component = '(all)'
                    then greatest(
                        cast(with_interval.forecast_amount as double) - with_interval.half_width,
                        with_interval.certain_amount
                    )
            end as decimal(18, 2)
        ) as low_amount,
        cast(
            cast(with_interval.forecast_amount as double) + with_interval.half_width
            as decimal(18, 2)
        ) as high_amount,
        cast(with_interval.calibrated_on_count as bigint) as calibrated_on_count,
        forecast_months.is_current,
        with_interval.as_of_month,
        forecast_months.target_month,
        forecast_months.forecast_date
    from with_interval
    inner join forecast_months
        on
            with_interval.as_of_month = forecast_months.as_of_month
            and with_interval.months_ahead = forecast_months.months_ahead
)

select * from final
