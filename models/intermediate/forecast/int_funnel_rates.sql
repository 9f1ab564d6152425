with dates as (
    select
        max(last_whole_month) as last_whole_month,
        cast({{ dbt.dateadd(
            'month', -var('forecast_history_months'), 'max(last_whole_month)'
        ) }} as date) as before_month
    from {{ ref('int_forecast_months') }}
    where is_current
),

funnel_months as (
    select months.*
    from {{ ref('int_funnel_months') }} as months
    inner join dates
        on
            dates.last_whole_month >= months.period_month
            and dates.before_month < months.period_month
),

closings as (
    select closings.*
    from {{ ref('int_opportunity_closings') }} as closings
    inner join dates
        on
            dates.last_whole_month >= closings.closed_month
            and dates.before_month < closings.closed_month
    where closings.is_won and closings.cycle_days is not null
),

journeys as (select * from {{ ref('int_journeys') }}),

counted as (
    select
        segment,
        sum(leads_count) as leads_count,
        sum(mqls_count) as mqls_count,
        sum(sqls_count) as sqls_count,
        sum(case when is_from_sql then created_count else 0 end) as created_count
    from funnel_months
    group by segment
),

elapsed as (
    select
        {{ seconds_between('lead_at', 'mql_at') }} / 86400 as lead_to_mql_days,
        {{ seconds_between('mql_at', 'sql_at') }} / 86400 as mql_to_sql_days,
        {{ seconds_between('sql_at', 'opportunity_at') }} / 86400 as sql_to_opportunity_days
    from journeys
),

-- Delays are those of all segments, so that what segments require sums to the total of a month.
medians as (
    select
        percentile_cont(0.5) within group (
            order by case when lead_to_mql_days >= 0 then lead_to_mql_days end asc
        ) as lead_to_mql_days,
        percentile_cont(0.5) within group (
            order by case when mql_to_sql_days >= 0 then mql_to_sql_days end asc
        ) as mql_to_sql_days,
        percentile_cont(0.5) within group (
            order by case when sql_to_opportunity_days >= 0 then sql_to_opportunity_days end asc
        ) as sql_to_opportunity_days
    from elapsed
),

cycles as (
    select percentile_cont(0.5) within group (order by cycle_days asc) as cycle_days
    from closings
),

-- Rates of a segment lean on those of all segments.
final as (
    select
        counted.segment,
        (
            counted.mqls_count
            + {{ var('forecast_prior_weight') }}
            * {{ rate('overall.mqls_count', 'overall.leads_count') }}
        ) / (counted.leads_count + {{ var('forecast_prior_weight') }}) as mqls_per_lead,
        (
            counted.sqls_count
            + {{ var('forecast_prior_weight') }}
            * {{ rate('overall.sqls_count', 'overall.mqls_count') }}
        ) / (counted.mqls_count + {{ var('forecast_prior_weight') }}) as sqls_per_mql,
        (
            counted.created_count
            + {{ var('forecast_prior_weight') }}
            * {{ rate('overall.created_count', 'overall.sqls_count') }}
        ) / (counted.sqls_count + {{ var('forecast_prior_weight') }}) as opportunities_per_sql,
        medians.lead_to_mql_days,
        medians.mql_to_sql_days,
        medians.sql_to_opportunity_days,
        cycles.cycle_days
    from counted
    inner join counted as overall on overall.segment = '(all)'
    cross join medians
    cross join cycles
)

select * from final
