with dates as (
    select * from {{ ref('int_forecast_dates') }}
    where is_current
),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

accounts as (select * from {{ ref('int_accounts') }}),

win_probabilities as (
    select * from {{ ref('int_win_probabilities') }}
    where chain = 'stage'
),

stage_rates as (select * from {{ ref('int_forecast_stage_rates') }}),

amount_ratios as (select * from {{ ref('int_forecast_amount_ratios') }}),

closings as (
    select * from {{ ref('int_opportunity_closings') }}
    where is_won and cycle_days is not null
),

-- The usual window: nine of ten won opportunities were closed within so many days.
usual_windows as (
    select
        dates.as_of_month,
        percentile_cont(0.9) within group (order by closings.cycle_days asc) as usual_window_days
    from dates
    inner join closings
        on {{ reporting_date('closings.closed_at') }}
            > {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.forecast_date') }}
    group by dates.as_of_month
),

chances as (
    select
        as_of_month,
        opportunity_type,
        state as source_stage,
        age_bucket,
        max(at_risk_count) as at_risk_count,
        max(win_probability) as win_probability,
        min(case when cumulative_probability >= win_probability / 2 then months_ahead end)
            as median_months_to_win
    from win_probabilities
    group by as_of_month, opportunity_type, state, age_bucket
),

-- The snapshot of the current month is the one of the day as_of.
open_opportunities as (
    select
        snapshots.*,
        dates.as_of_month,
        coalesce(snapshots.source_stage, snapshots.stage) as known_stage,
        {{ forecast_age('snapshots.age_days / 30') }} as age_bucket
    from snapshots
    inner join dates on snapshots.period_month = dates.as_of_month
),

final as (
    select
        open_opportunities.opportunity_id,
        open_opportunities.account_id,
        open_opportunities.owner_id,
        opportunities.opportunity_name,
        accounts.account_name,
        open_opportunities.opportunity_type,
        open_opportunities.segment,
        open_opportunities.team,
        open_opportunities.source_stage,
        opportunities.forecast_category,
        concat(
            open_opportunities.known_stage, ': ', cast(coalesce(stage_rates.won_count, 0) as string),
            ' of ', cast(coalesce(stage_rates.closed_count, 0) as string), ' closed were won; age ',
            cast(open_opportunities.age_days as string), ' days: ',
            cast(chances.at_risk_count as string), ' months observed'
        ) as drivers,
        open_opportunities.age_days,
        open_opportunities.amount,
        chances.win_probability,
        cast(
            cast(open_opportunities.amount as double)
            * coalesce(amount_ratios.amount_ratio, 1) * chances.win_probability
            as decimal(18, 2)
        ) as expected_amount,
        {{ rate('stage_rates.won_count', 'stage_rates.closed_count') }} as stage_win_rate,
        cast(coalesce(stage_rates.closed_count, 0) as bigint) as stage_closed_count,
        cast(coalesce(open_opportunities.age_days > usual_windows.usual_window_days, false) as boolean)
            as is_past_usual_window,
        open_opportunities.close_date,
        cast({{ dbt.dateadd(
            'month', 'cast(chances.median_months_to_win as integer)', 'open_opportunities.as_of_month'
        ) }} as date) as expected_close_month,
        open_opportunities.as_of_month
    from open_opportunities
    inner join opportunities
        on open_opportunities.opportunity_id = opportunities.opportunity_id
    inner join chances
        on
            open_opportunities.as_of_month = chances.as_of_month
            and open_opportunities.opportunity_type = chances.opportunity_type
            and open_opportunities.known_stage = chances.source_stage
            and open_opportunities.age_bucket = chances.age_bucket
    left join accounts on open_opportunities.account_id = accounts.account_id
    left join stage_rates
        on
            open_opportunities.as_of_month = stage_rates.as_of_month
            and open_opportunities.known_stage = stage_rates.source_stage
    left join amount_ratios
        on
            open_opportunities.as_of_month = amount_ratios.as_of_month
            and open_opportunities.opportunity_type = amount_ratios.opportunity_type
    left join usual_windows on open_opportunities.as_of_month = usual_windows.as_of_month
)

select * from final
