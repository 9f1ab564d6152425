with dates as (
    select
        max(last_whole_month) as last_whole_month,
        cast({{ dbt.dateadd(
            'month', -var('forecast_history_months'), 'max(last_whole_month)'
        ) }} as date) as before_month
    from {{ ref('int_forecast_months') }}
    where is_current
),

funnel_months as (select * from {{ ref('int_funnel_months') }}),

segments as (select distinct segment from funnel_months),

counted as (
    select
        segments.segment,
        origins.is_from_sql,
        coalesce(sum(funnel_months.created_count), 0) as created_count,
        coalesce(sum(funnel_months.closed_count), 0) as closed_count,
        coalesce(sum(funnel_months.won_count), 0) as won_count,
        coalesce(sum(funnel_months.created_amount), 0) as created_amount,
        coalesce(sum(funnel_months.won_amount), 0) as won_amount
    from segments
    cross join (values (true), (false)) as origins (is_from_sql)
    cross join dates
    left join funnel_months
        on
            segments.segment = funnel_months.segment
            and origins.is_from_sql = funnel_months.is_from_sql
            and dates.last_whole_month >= funnel_months.period_month
            and dates.before_month < funnel_months.period_month
    group by segments.segment, origins.is_from_sql
),

by_segment as (
    select
        segment,
        sum(won_count) as won_count,
        sum(won_amount) as won_amount
    from counted
    group by segment
),

-- Rates of a segment lean on those of all segments. A mean amount needs five won opportunities:
-- of the origin, else of the segment, else of all segments.
final as (
    select
        counted.segment,
        counted.is_from_sql,
        coalesce(
            {{ rate('counted.won_amount', 'by_segment.won_amount') }},
            {{ rate('overall.won_amount', 'all_origins.won_amount') }}
        ) as won_share,
        (
            counted.won_count
            + {{ var('forecast_prior_weight') }}
            * {{ rate('overall.won_count', 'overall.closed_count') }}
        ) / (counted.closed_count + {{ var('forecast_prior_weight') }}) as win_rate,
        case
            when counted.won_count >= 5 then {{ rate('counted.won_amount', 'counted.won_count') }}
            when by_segment.won_count >= 5
                then {{ rate('by_segment.won_amount', 'by_segment.won_count') }}
            when overall.won_count > 0 then {{ rate('overall.won_amount', 'overall.won_count') }}
        end as mean_won_amount,
        case
            when counted.created_count >= 5
                then {{ rate('counted.created_amount', 'counted.created_count') }}
            else {{ rate('overall.created_amount', 'overall.created_count') }}
        end as mean_created_amount
    from counted
    inner join by_segment on counted.segment = by_segment.segment
    inner join counted as overall
        on
            overall.segment = '(all)'
            and counted.is_from_sql = overall.is_from_sql
    inner join by_segment as all_origins on all_origins.segment = '(all)'
)

select * from final
