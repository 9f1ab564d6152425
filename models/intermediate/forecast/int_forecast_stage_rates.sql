with dates as (select * from {{ ref('int_forecast_dates') }}),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

closings as (select * from {{ ref('int_opportunity_closings') }}),

-- Opportunities that were in the stage at a month's end and have closed since.
seen as (
    select
        coalesce(snapshots.source_stage, snapshots.stage) as source_stage,
        snapshots.opportunity_id,
        snapshots.period_month,
        closings.is_won,
        closings.closed_at
    from snapshots
    inner join closings on snapshots.opportunity_id = closings.opportunity_id
),

known as (
    select
        dates.as_of_month,
        seen.source_stage,
        count(distinct seen.opportunity_id) as closed_count,
        count(distinct case when seen.is_won then seen.opportunity_id end) as won_count
    from seen
    inner join dates
        on
            seen.period_month
            >= {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.as_of_month') }}
            and {{ reporting_date('seen.closed_at') }} <= dates.forecast_date
    group by dates.as_of_month, seen.source_stage
),

all_stages as (
    select
        as_of_month,
        sum(closed_count) as closed_count,
        sum(won_count) as won_count
    from known
    group by as_of_month
),

rates as (
    select
        as_of_month,
        source_stage,
        closed_count,
        won_count,
        {{ rate('won_count', 'closed_count') }} as win_rate
    from known
    union all
    select
        as_of_month,
        '(all)' as source_stage,
        closed_count,
        won_count,
        {{ rate('won_count', 'closed_count') }} as win_rate
    from all_stages
)

select * from rates
