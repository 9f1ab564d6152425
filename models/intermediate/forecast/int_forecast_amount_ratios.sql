with dates as (select * from {{ ref('int_forecast_dates') }}),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

closings as (select * from {{ ref('int_opportunity_closings') }}),

-- Opportunities at the month ends at which they were open, and what became of them.
seen as (
    select
        snapshots.opportunity_type,
        snapshots.opportunity_id,
        snapshots.period_month,
        cast(snapshots.amount as double) as open_amount,
        cast(closings.amount as double) as closed_amount,
        closings.is_won,
        {{ reporting_date('closings.closed_at') }} as closed_date
    from snapshots
    inner join closings on snapshots.opportunity_id = closings.opportunity_id
),

known as (
    select
        dates.as_of_month,
        seen.opportunity_type,
        count(distinct case when seen.is_won then seen.opportunity_id end) as won_count,
        avg(seen.open_amount) as mean_open_amount,
        avg(case when seen.is_won then seen.closed_amount end) as mean_won_amount
    from seen
    inner join dates
        on
            seen.period_month
            >= {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.as_of_month') }}
            and seen.closed_date <= dates.forecast_date
    group by dates.as_of_month, seen.opportunity_type
),

-- Amounts change, and large opportunities are won less often. Few won ones say little about that.
final as (
    select
        as_of_month,
        opportunity_type,
        won_count,
        case
            when won_count >= {{ var('forecast_prior_weight') }}
                then coalesce(mean_won_amount / nullif(mean_open_amount, 0), 1)
            else 1
        end as amount_ratio
    from known
)

select * from final
