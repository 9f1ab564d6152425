with components as (select * from {{ ref('int_forecast_components') }}),

totals as (
    select * from {{ ref('int_forecast_totals') }}
    where segment = '(all)'
),

combinations as (select * from {{ ref('int_forecast_combinations') }}),

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
),

scaled as (
    select
        components.measure,
        components.component,
        components.segment,
        -- Four places first: engines compute half a cent with other last digits.
        cast(
            cast(components.expected_amount as decimal(22, 4)) as decimal(18, 2)
        ) as model_amount,
        cast(
            cast(
                components.expected_amount * case
                    when components.component in ('won_so_far', 'contracted') then 1
                    else scales.scale
                end as decimal(22, 4)
            ) as decimal(18, 2)
        ) as forecast_amount,
        components.months_ahead,
        components.as_of_month
    from components
    inner join scales
        on
            components.measure = scales.measure
            and components.as_of_month = scales.as_of_month
            and components.months_ahead = scales.months_ahead
)

select * from scaled
