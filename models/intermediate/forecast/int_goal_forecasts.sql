with forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where is_current
),

team_forecast as (
    select
        *,
        part as team
    from {{ ref('int_bookings_parts') }}
    where split_by = 'team'
),

scaled as (select * from {{ ref('int_forecast_scaled_components') }}),

creation as (select * from {{ ref('int_creation_forecast') }}),

actuals as (select * from {{ ref('int_goal_actuals') }}),

sourced_amounts as (select * from {{ ref('int_sourced_amounts') }}),

-- Marketing's share of what a team won: a team of renewals has none.
won_shares as (
    select
        team,
        {{ rate('sum(sourced_won_amount)', 'sum(won_amount)') }} as sourced_share
    from sourced_amounts
    group by team
),

pipeline_rates as (
    select
        segment,
        {{ rate('sum(sourced_pipeline)', 'sum(created_count)') }} as amount_per_opportunity
    from sourced_amounts
    group by segment
),

remaining as (
    select
        'won_amount' as metric,
        team,
        segment,
        forecast_amount as remaining_amount,
        target_month as period_month
    from team_forecast
    union all
    select
        'sourced_won_amount' as metric,
        'marketing' as team,
        team_forecast.segment,
        cast(team_forecast.forecast_amount as double) * coalesce(won_shares.sourced_share, 0)
            as remaining_amount,
        team_forecast.target_month as period_month
    from team_forecast
    left join won_shares on team_forecast.team = won_shares.team
    union all
    select
        'sourced_pipeline' as metric,
        'marketing' as team,
        creation.segment,
        creation.created_count * coalesce(pipeline_rates.amount_per_opportunity, 0)
            as remaining_amount,
        creation.created_month as period_month
    from creation
    inner join forecast_months
        on
            creation.as_of_month = forecast_months.as_of_month
            and creation.months_ahead = forecast_months.months_ahead
    left join pipeline_rates on creation.segment = pipeline_rates.segment
    union all
    select
        'revenue' as metric,
        'shared' as team,
        scaled.segment,
        scaled.forecast_amount as remaining_amount,
        forecast_months.target_month as period_month
    from scaled
    inner join forecast_months
        on
            scaled.as_of_month = forecast_months.as_of_month
            and scaled.months_ahead = forecast_months.months_ahead
    where scaled.measure = 'revenue'
    union all
    -- The forecast of as_of's own month is of the whole month, what is already earned included.
    select
        actuals.metric,
        actuals.team,
        actuals.segment,
        -actuals.actual_amount as remaining_amount,
        actuals.period_month
    from actuals
    inner join forecast_months on actuals.period_month = forecast_months.target_month
    where actuals.metric = 'revenue'
),

final as (
    select
        metric,
        team,
        segment,
        cast(sum(remaining_amount) as decimal(18, 2)) as remaining_amount,
        period_month
    from remaining
    group by metric, team, segment, period_month
)

select * from final
