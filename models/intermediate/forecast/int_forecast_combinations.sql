with methods as (select * from {{ ref('int_forecast_methods') }}),

weights as (select * from {{ ref('int_forecast_weights') }}),

-- Months 0 and 1 have weights of their own, and so have months 2 and 3; all later months share
-- those of months 4 to 6.
weighted as (
    select
        methods.measure,
        methods.as_of_month,
        methods.months_ahead,
        methods.method,
        methods.forecast_amount,
        weights.last_month as horizon_months,
        weights.weight
    from methods
    inner join weights
        on
            methods.measure = weights.measure
            and methods.as_of_month = weights.as_of_month
            and methods.method = weights.method
            and weights.last_month
            = case
                when methods.months_ahead <= 1 then 1 when methods.months_ahead <= 3 then 3 else 6
            end
),

combined as (
    select
        measure,
        months_ahead,
        max(horizon_months) as horizon_months,
        sum(weight * forecast_amount) / sum(weight) as forecast_amount,
        sum(case when method = 'model' then forecast_amount end) as model_amount,
        as_of_month
    from weighted
    group by measure, months_ahead, as_of_month
)

select * from combined
