with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

amount_ratios as (select * from {{ ref('int_forecast_amount_ratios') }}),

win_probabilities as (
    select * from {{ ref('int_win_probabilities') }}
    where chain = 'stage'
),

valued as (
    select
        snapshots.opportunity_id,
        snapshots.opportunity_type,
        snapshots.segment,
        coalesce(snapshots.source_stage, snapshots.stage) as source_stage,
        {{ forecast_age('snapshots.age_days / 30') }} as age_bucket,
        cast(coalesce(snapshots.amount, 0) as double)
        * coalesce(amount_ratios.amount_ratio, 1) as amount_if_won,
        snapshots.period_month as as_of_month
    from snapshots
    left join amount_ratios
        on
            snapshots.period_month = amount_ratios.as_of_month
            and snapshots.opportunity_type = amount_ratios.opportunity_type
),

-- Bernoulli variance: an opportunity is won in a month (up to a month) or not.
forecast as (
    select
        valued.segment,
        win_probabilities.months_ahead,
        sum(valued.amount_if_won * win_probabilities.probability) as expected_amount,
        sum(
            valued.amount_if_won * valued.amount_if_won
            * win_probabilities.probability * (1 - win_probabilities.probability)
        ) as variance,
        sum(
            valued.amount_if_won * valued.amount_if_won
            * win_probabilities.cumulative_probability
            * (1 - win_probabilities.cumulative_probability)
        ) as cumulative_variance,
        valued.as_of_month
    from valued
    inner join win_probabilities
        on
            valued.as_of_month = win_probabilities.as_of_month
            and valued.opportunity_type = win_probabilities.opportunity_type
            and valued.source_stage = win_probabilities.state
            and valued.age_bucket = win_probabilities.age_bucket
    group by valued.as_of_month, valued.segment, win_probabilities.months_ahead
)

select * from forecast
