with visits as (
    select * from {{ ref('int_stage_visits') }}
    where exited_at is not null and not is_parallel
),

funnel_stages as (
    select * from {{ ref('funnel_stages') }}
    where not is_exit and stage not in ('visitor', 'customer')
),

-- Duration of ended visits, whatever the next stage.
past_days as (
    select
        stage,
        cast(
            percentile_cont(0.9) within group (
                order by {{ seconds_between('entered_at', 'exited_at') }} / 86400
            ) as double
        ) as p90_days
    from visits
    group by stage
),

thresholds as (
    select
        funnel_stages.stage,
        funnel_stages.sla_days,
        past_days.p90_days,
        greatest(cast(funnel_stages.sla_days as double), past_days.p90_days) as threshold_days
    from funnel_stages
    left join past_days on funnel_stages.stage = past_days.stage
)

select * from thresholds
