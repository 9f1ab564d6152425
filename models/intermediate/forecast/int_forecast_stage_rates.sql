with dates as (select * from {{ ref('int_forecast_dates') }}),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

closings as (select * from {{ ref('int_opportunity_closings') }}),

-- Opportunities that were in the stage at a month's end and have closed since.
seen as (
    select
        coalesce(snapshots.source_stage, snapshots.stage) as source_stage,
        snapshots.opportunity_id,
        snapshots.period_month,
        cast(snapshots.amount as double) as open_amount,
        cast(closings.amount as double) as closed_amount,
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
        count(distinct case when seen.is_won then seen.opportunity_id end) as won_count,
        avg(seen.open_amount) as mean_open_amount,
        avg(case when seen.is_won then seen.closed_amount end) as mean_won_amount
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
        sum(won_count) as won_count,
        sum(mean_won_amount * won_count) / nullif(sum(won_count), 0)
        / nullif(sum(mean_open_amount * closed_count) / sum(closed_count), 0) as amount_ratio
    from known
    group by as_of_month
),

-- Amount of a won opportunity per amount of an open one: amounts change, and large opportunities
-- are won less often. A stage that few won opportunities were in takes the ratio of all stages.
rates as (
    select
        known.as_of_month,
        known.source_stage,
        known.closed_count,
        known.won_count,
        {{ rate('known.won_count', 'known.closed_count') }} as win_rate,
        case
            when known.won_count >= {{ var('forecast_prior_weight') }}
                then known.mean_won_amount / nullif(known.mean_open_amount, 0)
            else all_stages.amount_ratio
        end as amount_ratio
    from known
    inner join all_stages on known.as_of_month = all_stages.as_of_month
    union all
    select
        as_of_month,
        '(all)' as source_stage,
        closed_count,
        won_count,
        {{ rate('won_count', 'closed_count') }} as win_rate,
        amount_ratio
    from all_stages
)

select * from rates
