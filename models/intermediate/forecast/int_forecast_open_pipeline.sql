with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

stage_rates as (select * from {{ ref('int_forecast_stage_rates') }}),

win_probabilities as (
    select * from {{ ref('int_win_probabilities') }}
    where chain = 'stage'
),

valued as (
    select
        snapshots.opportunity_id,
        snapshots.segment,
        coalesce(snapshots.source_stage, snapshots.stage) as source_stage,
        {{ forecast_age('snapshots.age_days / 30') }} as age_bucket,
        cast(coalesce(snapshots.amount, 0) as double)
        * coalesce(own.amount_ratio, overall.amount_ratio, 1) as amount_if_won,
        snapshots.period_month as as_of_month
    from snapshots
    left join stage_rates as own
        on
            snapshots.period_month = own.as_of_month
            and coalesce(snapshots.source_stage, snapshots.stage) = own.source_stage
    left join stage_rates as overall
        on
            snapshots.period_month = overall.as_of_month
            and overall.source_stage = '(all)'
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
            and valued.source_stage = win_probabilities.state
            and valued.age_bucket = win_probabilities.age_bucket
    group by valued.as_of_month, valued.segment, win_probabilities.months_ahead
)

select * from forecast
