with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

amount_ratios as (select * from {{ ref('int_forecast_amount_ratios') }}),

win_probabilities as (
    select * from {{ ref('int_win_probabilities') }}
    where chain = 'stage'
),

valued as (
    select
        snapshots.*,
        cast(coalesce(snapshots.amount, 0) as double)
        * coalesce(amount_ratios.amount_ratio, 1) as amount_if_won
    from snapshots
    left join amount_ratios
        on
            snapshots.period_month = amount_ratios.as_of_month
            and snapshots.opportunity_type = amount_ratios.opportunity_type
),

final as (
    select
        valued.opportunity_id,
        valued.segment,
        valued.team,
        win_probabilities.months_ahead,
        valued.amount_if_won * win_probabilities.probability as expected_amount,
        -- Bernoulli: an opportunity is won in the month (up to the month) or not.
        valued.amount_if_won * valued.amount_if_won
        * win_probabilities.probability * (1 - win_probabilities.probability) as variance,
        valued.amount_if_won * valued.amount_if_won
        * win_probabilities.cumulative_probability * (1 - win_probabilities.cumulative_probability)
            as cumulative_variance,
        win_probabilities.as_of_month
    from valued
    inner join win_probabilities
        on
            valued.period_month = win_probabilities.as_of_month
            and valued.opportunity_type = win_probabilities.opportunity_type
            and coalesce(valued.source_stage, valued.stage) = win_probabilities.state
            and {{ forecast_age('valued.age_days / 30') }} = win_probabilities.age_bucket
)

select * from final
