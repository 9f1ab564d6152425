with histories as (
    select * from {{ ref('int_purchase_histories') }}
    where fit_period = 'backtest'
),

purchase_values as (
    select * from {{ ref('int_purchase_values') }}
    where fit_period = 'backtest'
),

purchase_days as (select * from {{ ref('int_customer_purchase_days') }}),

periods as (
    select * from {{ ref('int_clv_periods') }}
    where fit_period = 'backtest'
),

held_out as (
    select
        purchase_days.customer_id,
        count(*) as purchases,
        sum(purchase_days.amount) as revenue
    from purchase_days
    inner join periods on purchase_days.purchase_date > periods.fitted_until
    group by purchase_days.customer_id
),

-- Use the rate of repeat purchases so far, over at least one week.
past as (
    select
        histories.customer_id,
        histories.age_weeks,
        cast(histories.frequency as double) as purchases,
        coalesce(histories.frequency * histories.repeat_amount_mean, 0) as revenue,
        periods.held_out_weeks / greatest(histories.age_weeks, 1) as weeks_ratio,
        periods.held_out_weeks
    from histories
    cross join periods
),

overall as (
    select
        {{ rate('sum(purchases) * max(held_out_weeks)', 'sum(age_weeks)') }} as purchases,
        {{ rate('sum(revenue) * max(held_out_weeks)', 'sum(age_weeks)') }} as revenue
    from past
),

predictions as (
    select
        customer_id,
        clv_method as prediction_method,
        expected_purchases as predicted_purchases,
        expected_revenue as predicted_revenue
    from purchase_values
    union all
    select
        customer_id,
        'past_rate' as prediction_method,
        purchases * weeks_ratio as predicted_purchases,
        revenue * weeks_ratio as predicted_revenue
    from past
    union all
    select
        past.customer_id,
        'overall_mean' as prediction_method,
        overall.purchases as predicted_purchases,
        overall.revenue as predicted_revenue
    from past
    cross join overall
),

compared as (
    select
        predictions.customer_id,
        predictions.prediction_method,
        predictions.predicted_purchases,
        cast(coalesce(held_out.purchases, 0) as double) as actual_purchases,
        predictions.predicted_revenue,
        cast(coalesce(held_out.revenue, 0) as double) as actual_revenue
    from predictions
    left outer join held_out on predictions.customer_id = held_out.customer_id
)

select * from compared
