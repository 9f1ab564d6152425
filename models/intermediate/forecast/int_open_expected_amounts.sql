with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where is_current
),

stage_rates as (select * from {{ ref('int_forecast_stage_rates') }}),

win_probabilities as (
    select * from {{ ref('int_win_probabilities') }}
    where chain = 'stage'
),

-- The same product as in int_forecast_open_pipeline, which sums it for every forecast.
expected as (
    select
        snapshots.opportunity_id,
        snapshots.segment,
        snapshots.team,
        forecast_months.months_ahead,
        cast(coalesce(snapshots.amount, 0) as double)
        * coalesce(own.amount_ratio, overall.amount_ratio, 1) * win_probabilities.probability
            as expected_amount,
        forecast_months.target_month
    from snapshots
    inner join forecast_months on snapshots.period_month = forecast_months.as_of_month
    inner join win_probabilities
        on
            snapshots.period_month = win_probabilities.as_of_month
            and coalesce(snapshots.source_stage, snapshots.stage) = win_probabilities.state
            and {{ forecast_age('snapshots.age_days / 30') }} = win_probabilities.age_bucket
            and forecast_months.months_ahead = win_probabilities.months_ahead
    left join stage_rates as own
        on
            snapshots.period_month = own.as_of_month
            and coalesce(snapshots.source_stage, snapshots.stage) = own.source_stage
    left join stage_rates as overall
        on
            snapshots.period_month = overall.as_of_month
            and overall.source_stage = '(all)'
)

select * from expected
