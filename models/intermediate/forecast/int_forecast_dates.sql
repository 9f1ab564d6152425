with pipeline_months as (select * from {{ ref('int_pipeline_months') }}),

mrr_by_month as (select * from {{ ref('int_mrr_by_month') }}),

revenue_by_month as (select * from {{ ref('int_revenue_by_month') }}),

as_of as (select * from {{ ref('as_of') }}),

starts as (
    select min(period_month) as first_month from pipeline_months
    union all
    select min(period_month) as first_month from mrr_by_month
    union all
    select min(period_month) as first_month from revenue_by_month
),

span as (
    select
        as_of.as_of_date,
        cast({{ dbt.date_trunc('month', 'as_of.as_of_date') }} as date) as current_month,
        min(starts.first_month) as first_month
    from starts
    cross join as_of
    group by as_of.as_of_date
),

months as (
    select
        *,
        {{ month_series_of('first_month', 'as_of_date') }} as as_of_month
    from span
    where first_month is not null
),

dated as (
    select
        *,
        cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'as_of_month')) }} as date)
            as month_end_date
    from months
),

-- Before the last day of its month, part of the first forecast month is already over.
final as (
    select
        {{ dbt.datediff('first_month', 'as_of_month', 'month') }} + 1 as history_months,
        cast(
            {{ dbt.datediff('least(month_end_date, as_of_date)', 'month_end_date', 'day') }}
            as double
        )
        / ({{ dbt.datediff('as_of_month', 'month_end_date', 'day') }} + 1) as remaining_share,
        as_of_month = current_month as is_current,
        as_of_month,
        least(month_end_date, as_of_date) as forecast_date
    from dated
)

select * from final
where is_current or history_months >= {{ var('forecast_history_months') }} / 2
