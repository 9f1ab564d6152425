with histories as (
    select distinct
        fit_period,
        frequency,
        age_weeks
    from {{ ref('int_purchase_histories') }}
),

models as (select * from {{ ref('int_purchase_models') }}),

moments as (select * from {{ ref('int_purchase_moments') }}),

coefficients as (select * from {{ ref('int_purchase_coefficients') }}),

weights as (
    select
        fit_period,
        sum(discounted_weight) as weight
    from {{ ref('int_clv_steps') }}
    group by fit_period
),

series as (
    select
        histories.fit_period,
        histories.frequency,
        histories.age_weeks,
        sum(coefficients.coefficient * moments.last_moment) as last_sum,
        sum(coefficients.coefficient * moments.discounted_moment) as discounted_sum
    from histories
    inner join moments
        on
            histories.fit_period = moments.fit_period
            and histories.age_weeks = moments.age_weeks
    inner join coefficients
        on
            histories.fit_period = coefficients.fit_period
            and histories.frequency = coefficients.frequency
            and moments.term_number = coefficients.term_number
    group by histories.fit_period, histories.frequency, histories.age_weeks
),

outlooks as (
    select
        series.fit_period,
        series.frequency,
        series.age_weeks,
        (models.a + models.b + series.frequency - 1) / (models.a - 1)
        * (1 - series.last_sum) as expected_purchases,
        (models.a + models.b + series.frequency - 1) / (models.a - 1)
        * (weights.weight - series.discounted_sum) as discounted_purchases
    from series
    inner join models on series.fit_period = models.fit_period
    inner join weights on series.fit_period = weights.fit_period
)

select * from outlooks
