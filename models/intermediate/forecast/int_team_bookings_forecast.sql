with forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where is_current
),

components as (
    select
        scaled.component,
        scaled.segment,
        scaled.forecast_amount,
        scaled.months_ahead,
        forecast_months.target_month
    from {{ ref('int_forecast_scaled_components') }} as scaled
    inner join forecast_months
        on
            scaled.as_of_month = forecast_months.as_of_month
            and scaled.months_ahead = forecast_months.months_ahead
    where scaled.component in ('open_pipeline', 'future_pipeline')
),

expected as (select * from {{ ref('int_open_expected_amounts') }}),

dates as (
    select * from {{ ref('int_forecast_dates') }}
    where is_current
),

won as (
    select
        closings.segment,
        closings.team,
        sum(cast(closings.amount as double)) as won_amount
    from {{ ref('int_opportunity_closings') }} as closings
    cross join dates
    where
        closings.is_won
        and closings.amount > 0
        and {{ reporting_date('closings.closed_at') }}
        > {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.forecast_date') }}
    group by closings.segment, closings.team
),

segments as (select distinct segment from components),

-- Future pipeline is split as what was won lately: in the segment, plus a little of all segments
-- for one that has won nothing.
future_weights as (
    select
        segments.segment,
        won.team,
        sum(case when segments.segment = won.segment then won_amount else 0 end)
        + sum(won_amount) * 1e-12 as weight
    from segments
    cross join won
    group by segments.segment, won.team
),

weights as (
    select
        'open_pipeline' as component,
        segment,
        months_ahead,
        team,
        sum(expected_amount) as weight
    from expected
    group by segment, months_ahead, team
    union all
    select
        'future_pipeline' as component,
        future_weights.segment,
        forecast_months.months_ahead,
        future_weights.team,
        future_weights.weight
    from future_weights
    cross join forecast_months
),

cumulated as (
    select
        components.*,
        coalesce(weights.team, '(none)') as team,
        coalesce(sum(weights.weight) over (
            partition by components.component, components.segment, components.months_ahead
            order by weights.team asc nulls last
            rows between unbounded preceding and current row
        ), 1) as cumulative_weight,
        coalesce(sum(weights.weight) over (
            partition by components.component, components.segment, components.months_ahead
        ), 1) as total_weight
    from components
    left join weights
        on
            components.component = weights.component
            and components.segment = weights.segment
            and components.months_ahead = weights.months_ahead
),

final as (
    select
        component,
        segment,
        team,
        months_ahead,
        {{ split_to_cents(
            'forecast_amount', 'component, segment, months_ahead', 'team asc nulls last'
        ) }} as forecast_amount,
        target_month
    from cumulated
)

select * from final
