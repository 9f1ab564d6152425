with transitions as (
    select * from {{ ref('int_forecast_transitions') }}
    where chain = 'stage'
),

win_probabilities as (
    select * from {{ ref('int_win_probabilities') }}
    where chain = 'stage'
),

opportunity_snapshots as (
    select
        period_month as as_of_month,
        opportunity_type,
        coalesce(source_stage, stage) as source_stage,
        {{ forecast_age('age_days / 30') }} as age_bucket,
        count(*) as open_count,
        sum(amount) as open_amount
    from {{ ref('int_pipeline_snapshots') }}
    group by all
),

counted as (
    select
        as_of_month,
        opportunity_type,
        from_state as source_stage,
        age_bucket,
        max(at_risk_count) as at_risk_count,
        sum(case when to_state = '(won)' then steps_count else 0 end) as won_count,
        sum(case when to_state = '(lost)' then steps_count else 0 end) as lost_count
    from transitions
    group by as_of_month, opportunity_type, from_state, age_bucket
),

timed as (
    select
        as_of_month,
        opportunity_type,
        state as source_stage,
        age_bucket,
        max(win_probability) as win_probability,
        min(case when cumulative_probability >= win_probability / 2 then months_ahead end)
            as median_months_to_win
    from win_probabilities
    group by as_of_month, opportunity_type, state, age_bucket
),

final as (
    select
        counted.opportunity_type,
        counted.source_stage,
        cast(counted.age_bucket as bigint) as age_bucket,
        case
            when counted.age_bucket = 6 then '180+'
            else concat(
                cast(counted.age_bucket * 30 as string),
                '–',
                cast(counted.age_bucket * 30 + 29 as string)
            )
        end as age_days_range,
        cast(counted.at_risk_count as bigint) as at_risk_count,
        cast(counted.won_count as bigint) as won_count,
        cast(counted.lost_count as bigint) as lost_count,
        cast(coalesce(opportunity_snapshots.open_count, 0) as bigint) as open_count,
        cast(coalesce(opportunity_snapshots.open_amount, 0) as decimal(18, 2)) as open_amount,
        timed.win_probability,
        cast(timed.median_months_to_win as bigint) as median_months_to_win,
        counted.as_of_month
    from counted
    inner join timed
        on
            counted.as_of_month = timed.as_of_month
            and counted.opportunity_type = timed.opportunity_type
            and counted.source_stage = timed.source_stage
            and counted.age_bucket = timed.age_bucket
    left join opportunity_snapshots
        on
            counted.as_of_month = opportunity_snapshots.as_of_month
            and counted.opportunity_type = opportunity_snapshots.opportunity_type
            and counted.source_stage = opportunity_snapshots.source_stage
            and counted.age_bucket = opportunity_snapshots.age_bucket
)

select * from final
