with goal_months as (select * from {{ ref('int_goal_months') }}),

variances as (select * from {{ ref('int_forecast_variances') }}),

as_of as (select * from {{ ref('as_of') }}),

measured as (
    select
        *,
        -- The measure that is forecast, of which the metric is a part.
        case
            when metric in ('won_amount', 'sourced_won_amount', 'sourced_pipeline') then 'bookings'
            when metric = 'revenue' then 'revenue'
        end as measure,
        cast({{ dbt.dateadd('month', 1, 'period_month') }} as date) as next_month
    from goal_months
),

-- Uncertainty is shared out among teams in proportion to their part of the forecast.
dated as (
    select
        measured.*,
        measured.next_month <= {{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as is_over,
        measured.period_month <= as_of.as_of_date as is_begun,
        case
            when measured.next_month <= {{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} then 1
            when measured.period_month > as_of.as_of_date then 0
            else
                ({{ dbt.datediff('measured.period_month', 'as_of.as_of_date', 'day') }} + 1e0)
                / {{ dbt.datediff('measured.period_month', 'measured.next_month', 'day') }}
        end as elapsed_share,
        case
            when measured.metric = 'revenue' then 1
            else {{ rate('measured.remaining_amount', 'own.uncertain_amount') }}
        end * own.variance as part_variance,
        overall.months_ahead,
        overall.is_first_month,
        own.variance,
        own.cumulative_variance,
        overall.calibration_factor
    from measured
    cross join as_of
    left join variances as own
        on
            measured.measure = own.measure
            and measured.segment = own.segment
            and measured.period_month = own.target_month
    left join variances as overall
        on
            measured.measure = overall.measure
            and overall.segment = '(all)'
            and measured.period_month = overall.target_month
),

paced as (
    select
        *,
        case
            when is_over then coalesce(actual_amount, 0)
            when months_ahead is not null
                then coalesce(actual_amount, 0) + coalesce(remaining_amount, 0)
        end as pace_amount
    from dated
),

-- From the forecast's first month on, the variance of several months is known. It is not the sum of
-- theirs, because an opportunity that is won in one month is not won in another.
final as (
    select
        grains.period_grain,
        paced.metric,
        paced.team,
        paced.segment,
        paced.source,
        max_by(paced.owner, paced.period_month) as owner,
        max_by(paced.depends_on, paced.period_month) as depends_on,
        count(*) as months_count,
        sum(paced.target) as target,
        max_by(paced.target, paced.period_month) as last_target,
        case when bool_or(paced.is_begun) then coalesce(sum(paced.actual_amount), 0) end
            as actual_amount,
        case when count(paced.pace_amount) = count(*) then sum(paced.pace_amount) end
            as forecast_pace,
        sum(paced.elapsed_share) / count(*) as elapsed_share,
        sum(case when not paced.is_over then coalesce(paced.part_variance, 0) end)
        * case
            when bool_or(paced.is_first_month)
                then coalesce(
                    max_by(paced.cumulative_variance, paced.months_ahead)
                    / nullif(sum(case when not paced.is_over then paced.variance end), 0), 1
                )
            else 1
        end as variance,
        max_by(paced.calibration_factor, paced.months_ahead) as calibration_factor,
        bool_and(paced.is_over) as is_over,
        {{ period_start('grains.period_grain', 'paced.period_month') }} as period_start,
        max(paced.period_month) as last_month
    from paced
    cross join (values ('month'), ('quarter'), ('year')) as grains (period_grain)
    group by all
)

select * from final
