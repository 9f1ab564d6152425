with forecast_months as (select * from {{ ref('int_forecast_months') }}),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

stage_rates as (select * from {{ ref('int_forecast_stage_rates') }}),

first_months as (
    select
        as_of_month,
        min(target_month) as first_target_month
    from forecast_months
    group by as_of_month
),

-- Opportunities whose close date has passed count in the first month.
due as (
    select
        snapshots.period_month as as_of_month,
        greatest(
            cast({{ dbt.date_trunc('month', 'snapshots.close_date') }} as date),
            first_months.first_target_month
        ) as target_month,
        sum(
            cast(snapshots.amount as double)
            * coalesce(own.win_rate, overall.win_rate, {{ var('forecast_prior_win_rate') }})
        ) as amount
    from snapshots
    inner join first_months on snapshots.period_month = first_months.as_of_month
    left join stage_rates as own
        on
            snapshots.period_month = own.as_of_month
            and coalesce(snapshots.source_stage, snapshots.stage) = own.source_stage
    left join stage_rates as overall
        on snapshots.period_month = overall.as_of_month and overall.source_stage = '(all)'
    where snapshots.close_date is not null
    group by all
)

select * from due
