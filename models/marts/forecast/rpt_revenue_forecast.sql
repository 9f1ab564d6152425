with components as (select * from {{ ref('int_forecast_components') }}),

totals as (select * from {{ ref('int_forecast_totals') }}),

combinations as (select * from {{ ref('int_forecast_combinations') }}),

intervals as (select * from {{ ref('int_forecast_intervals') }}),

forecast_months as (select * from {{ ref('int_forecast_months') }}),

-- The components of the model, scaled so that they add up to the combined forecast. What is
-- already won or contracted keeps its amount.
scales as (
    select
        totals.measure,
        totals.as_of_month,
        totals.months_ahead,
        coalesce(
            greatest(combinations.forecast_amount - totals.certain_amount, 0)
            / nullif(totals.model_amount - totals.certain_amount, 0),
            1
        ) as scale
    from totals
    left join combinations
        on
            totals.measure = combinations.measure
            and totals.as_of_month = combinations.as_of_month
            and totals.months_ahead = combinations.months_ahead
    where totals.segment = '(all)'
),

scaled as (
    select
        components.measure,
        components.component,
        components.segment,
        cast(components.expected_amount as decimal(18, 2)) as model_amount,
        cast(
            components.expected_amount * case
                when components.component in ('won_so_far', 'contracted') then 1 else scales.scale
            end as decimal(18, 2)
        ) as forecast_amount,
        components.months_ahead,
        components.as_of_month
    from components
    inner join scales
        on
            components.measure = scales.measure
            and components.as_of_month = scales.as_of_month
            and components.months_ahead = scales.months_ahead
),

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
                then intervals.interval_factor * sqrt(totals.variance) * greatest(scales.scale, 0)
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
    inner join scales
        on
            summed.measure = scales.measure
            and summed.as_of_month = scales.as_of_month
            and summed.months_ahead = scales.months_ahead
    left join intervals
        on
            summed.measure = intervals.measure
            and summed.as_of_month = intervals.as_of_month
            and intervals.horizon_months
            = case when summed.months_ahead <= 1 then 1 when summed.months_ahead <= 3 then 3 else 6 end
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
