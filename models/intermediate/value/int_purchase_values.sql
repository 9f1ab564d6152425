with histories as (select * from {{ ref('int_purchase_histories') }}),

models as (select * from {{ ref('int_purchase_models') }}),

outlooks as (select * from {{ ref('int_purchase_outlooks') }}),

steps as (
    select
        fit_period,
        max(weeks_ahead) as weeks_ahead,
        sum(discounted_weight * weeks_ahead) as discounted_weeks
    from {{ ref('int_clv_steps') }}
    group by fit_period
),

-- In BG/NBD no customer becomes inactive before a repeat purchase. Gamma-Gamma shrinks a
-- customer's mean amount towards the population mean. Without repeat purchases of a positive
-- amount, on which the model is not fitted, the population mean is used.
scored as (
    select
        histories.fit_period,
        histories.customer_id,
        models.clv_method,
        histories.frequency,
        histories.age_weeks,
        histories.margin_rate,
        case
            when models.r is null then null
            when histories.frequency = 0 then cast(1 as double)
            else 1 / (
                1 + models.a / (models.b + histories.frequency - 1) * exp(
                    (models.r + histories.frequency)
                    * ln(
                        (models.alpha + histories.age_weeks)
                        / (models.alpha + histories.recency_weeks)
                    )
                )
            )
        end as probability_alive,
        case
            when models.clv_method <> 'bg_nbd_gamma_gamma' then models.mean_purchase_amount
            when histories.repeat_amount_mean > 0
                then
                    models.p
                    * (models.gamma + histories.repeat_amount_mean * histories.frequency)
                    / (models.p * histories.frequency + models.q - 1)
            else models.p * models.gamma / (models.q - 1)
        end as expected_amount,
        outlooks.expected_purchases as expected_if_alive,
        outlooks.discounted_purchases as discounted_if_alive,
        models.mean_weekly_purchases * steps.weeks_ahead as mean_purchases,
        models.mean_weekly_purchases * steps.discounted_weeks as mean_discounted_purchases
    from histories
    inner join models on histories.fit_period = models.fit_period
    inner join steps on histories.fit_period = steps.fit_period
    left outer join outlooks
        on
            histories.fit_period = outlooks.fit_period
            and histories.frequency = outlooks.frequency
            and histories.age_weeks = outlooks.age_weeks
),

expected as (
    select
        *,
        case
            when clv_method = 'historic_mean' then mean_purchases
            when clv_method <> 'none' then probability_alive * expected_if_alive
        end as expected_purchases,
        case
            when clv_method = 'historic_mean' then mean_discounted_purchases
            when clv_method <> 'none' then probability_alive * discounted_if_alive
        end as discounted_purchases
    from scored
),

valued as (
    select
        fit_period,
        customer_id,
        clv_method,
        probability_alive,
        case when clv_method <> 'none' then expected_amount end as expected_amount,
        expected_purchases,
        expected_purchases * expected_amount as expected_revenue,
        discounted_purchases * expected_amount * margin_rate as clv
    from expected
)

select * from valued
