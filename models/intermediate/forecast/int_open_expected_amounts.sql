with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where is_current
),

amount_ratios as (select * from {{ ref('int_forecast_amount_ratios') }}),

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
        * coalesce(amount_ratios.amount_ratio, 1) * win_probabilities.probability
            as expected_amount,
        forecast_months.target_month
    from snapshots
    inner join forecast_months on snapshots.period_month = forecast_months.as_of_month
    inner join win_probabilities
        on
            snapshots.period_month = win_probabilities.as_of_month
            and snapshots.opportunity_type = win_probabilities.opportunity_type
            and coalesce(snapshots.source_stage, snapshots.stage) = win_probabilities.state
            and {{ forecast_age('snapshots.age_days / 30') }} = win_probabilities.age_bucket
            and forecast_months.months_ahead = win_probabilities.months_ahead
    left join amount_ratios
        on
            snapshots.period_month = amount_ratios.as_of_month
            and snapshots.opportunity_type = amount_ratios.opportunity_type
)

select * from expected
