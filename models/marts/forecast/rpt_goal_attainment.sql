with periods as (select * from {{ ref('int_goal_periods') }}),

mrr_bridge as (select * from {{ ref('rpt_mrr_bridge') }}),

-- Rates of a period: net revenue retention at its end, and the mean monthly churn.
rates as (
    select
        periods.period_grain,
        periods.period_start,
        periods.metric,
        periods.segment,
        max_by(mrr_bridge.nrr, mrr_bridge.period_month) as nrr,
        {{ rate(
            'sum(mrr_bridge.churn_mrr + mrr_bridge.contraction_mrr)', 'sum(mrr_bridge.start_mrr)'
        ) }} as gross_churn_rate
    from periods
    inner join mrr_bridge
        on
            periods.segment = mrr_bridge.segment
            and mrr_bridge.period_month between periods.period_start and periods.last_month
    where periods.metric in ('nrr', 'gross_churn_rate')
    group by periods.period_grain, periods.period_start, periods.metric, periods.segment
),

achieved as (
    select
        periods.*,
        periods.metric = 'gross_churn_rate' as is_lower_better,
        case periods.metric
            when 'nrr' then periods.last_target
            when 'gross_churn_rate' then periods.target / periods.months_count
            else periods.target
        end as period_target,
        case periods.metric
            when 'nrr' then rates.nrr
            when 'gross_churn_rate' then rates.gross_churn_rate
            else periods.actual_amount
        end as actual
    from periods
    left join rates
        on
            periods.period_grain = rates.period_grain
            and periods.period_start = rates.period_start
            and periods.metric = rates.metric
            and periods.segment = rates.segment
),

-- Flows without a forecast go on at the speed so far; rates are not carried forward.
paced as (
    select
        *,
        case
            when is_over then actual
            when metric in ('mqls', 'created_amount')
                then cast(actual as double) / nullif(elapsed_share, 0)
            when metric not in ('nrr', 'gross_churn_rate') then forecast_pace
        end as pace,
        case
            when not is_over and forecast_pace is not null and metric <> 'sourced_pipeline'
                then calibration_factor * sqrt(variance)
        end as deviation
    from achieved
),

typed as (
    select
        *,
        cast(period_target as decimal(18, 4)) as target_value,
        cast(actual as decimal(18, 4)) as actual_value,
        cast(pace as decimal(18, 4)) as pace_value,
        cast(pace as double) - 1.2815515655446004e0 * deviation as lower_end,
        cast(pace as double) + 1.2815515655446004e0 * deviation as upper_end,
        (cast(pace as double) - cast(period_target as double)) / nullif(deviation, 0) as distance
    from paced
),

final as (
    select
        period_grain,
        metric,
        team,
        segment,
        source,
        owner,
        depends_on,
        cast(months_count as bigint) as months_count,
        target_value as target,
        actual_value as actual,
        case
            when is_lower_better then {{ rate('target_value', 'actual_value') }}
            else {{ rate('actual_value', 'target_value') }}
        end as attainment_rate,
        cast(actual_value - target_value as decimal(18, 4)) as gap,
        pace_value as pace_forecast,
        cast(
            case
                when deviation is not null
                    then greatest(lower_end, cast(coalesce(actual_value, 0) as double))
            end as decimal(18, 4)
        ) as low,
        cast(upper_end as decimal(18, 4)) as high,
        cast(
            case
                when pace_value is null then null
                when is_over and is_lower_better
                    then case when actual_value <= target_value then 1 else 0 end
                when is_over or deviation = 0
                    then case when pace_value >= target_value then 1 else 0 end
                when deviation > 0 and actual_value >= target_value then 1
                when deviation > 0 then round({{ normal_probability('distance') }}, 4)
            end as double
        ) as probability_of_attainment,
        is_lower_better,
        team = '(all)' or segment = '(all)' as is_total,
        is_over,
        period_start
    from typed
)

select * from final
