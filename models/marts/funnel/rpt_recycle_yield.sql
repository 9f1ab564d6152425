with journeys as (
    select * from {{ ref('fct_journeys') }}
    where person_key is not null
),

recycle_statuses as (
    select * from {{ ref('int_person_statuses') }}
    where stage = 'recycled'
),

feedback_reasons as (select * from {{ ref('feedback_reasons') }}),

as_of as (select * from {{ ref('as_of') }}),

recycled as (
    select
        journey_id,
        person_key,
        journey_number,
        exited_at as recycled_at,
        {{ dbt.dateadd('day', var('recycle_window_days'), 'exited_at') }} as window_ends_at
    from journeys
    where exit_type = 'recycled'
),

-- The first later journey that became an MQL within the window, and what it won.
returns as (
    select
        recycled.journey_id,
        journeys.current_stage = 'customer' as is_won,
        journeys.won_amount
    from recycled
    inner join journeys
        on
            recycled.person_key = journeys.person_key
            and recycled.journey_number < journeys.journey_number
            and recycled.recycled_at <= journeys.mql_at
            and recycled.window_ends_at >= journeys.mql_at
    qualify row_number() over (
        partition by recycled.journey_id
        order by journeys.journey_number nulls last
    ) = 1
),

counted as (
    select
        coalesce(feedback_reasons.reason, recycle_statuses.reason, '(none)') as reason,
        coalesce(feedback_reasons.reason_group, '(none)') as reason_group,
        count(*) as recycled_count,
        count(returns.journey_id) as reentered_count,
        sum(case when returns.is_won then 1 else 0 end) as won_count,
        sum(returns.won_amount) as won_amount,
        max(recycled.window_ends_at) as window_ends_at,
        cast({{ dbt.date_trunc('month', reporting_date('recycled.recycled_at')) }} as date)
            as period_month
    from recycled
    left join returns on recycled.journey_id = returns.journey_id
    left join recycle_statuses
        on
            recycled.person_key = recycle_statuses.person_key
            and recycled.recycled_at = recycle_statuses.changed_at
    left join feedback_reasons
        on lower(trim(recycle_statuses.reason)) = lower(trim(feedback_reasons.source_reason))
    group by all
),

final as (
    select
        counted.reason,
        counted.reason_group,
        cast(counted.recycled_count as bigint) as recycled_count,
        cast(counted.reentered_count as bigint) as reentered_count,
        cast(counted.won_count as bigint) as won_count,
        cast(counted.reentered_count as double) / counted.recycled_count as reentry_rate,
        cast(coalesce(counted.won_amount, 0) as decimal(18, 2)) as won_amount,
        counted.window_ends_at < as_of.as_of_end_at as is_mature,
        counted.period_month
    from counted
    cross join as_of
)

select * from final
