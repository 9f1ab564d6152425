with forecast_months as (
    select * from {{ ref('int_forecast_months') }}
    where is_current
),

dates as (
    select * from {{ ref('int_forecast_dates') }}
    where is_current
),

components as (
    select
        scaled.component,
        scaled.segment,
        scaled.forecast_amount,
        forecast_months.target_month
    from {{ ref('int_forecast_scaled_components') }} as scaled
    inner join forecast_months
        on
            scaled.as_of_month = forecast_months.as_of_month
            and scaled.months_ahead = forecast_months.months_ahead
    where scaled.component in ('open_pipeline', 'future_pipeline')
),

expected as (select * from {{ ref('int_open_expected_amounts') }}),

channels as (select * from {{ ref('int_opportunity_channels') }}),

won as (
    select
        closings.segment,
        channels.channel,
        channels.credited_value,
        closings.closed_month,
        {{ reporting_date('closings.closed_at') }} as closed_date
    from {{ ref('int_opportunity_closings') }} as closings
    inner join channels
        on
            closings.opportunity_id = channels.opportunity_id
            and channels.conversion_type = 'won'
    where closings.is_won
),

-- Open pipeline is split as it is credited so far; future pipeline as what was won lately in the
-- segment, plus a little of all segments for one that has won nothing.
weights as (
    select
        'open_pipeline' as component,
        expected.segment,
        channels.channel,
        sum(expected.expected_amount * channels.credit_share) as weight,
        expected.target_month
    from expected
    inner join channels
        on
            expected.opportunity_id = channels.opportunity_id
            and channels.conversion_type = 'opportunity'
    group by expected.segment, channels.channel, expected.target_month
    union all
    select
        components.component,
        components.segment,
        won.channel,
        sum(
            cast(won.credited_value as double)
            * case when components.segment = won.segment then 1 else 1e-12 end
        ) as weight,
        components.target_month
    from components
    cross join dates
    inner join won
        on won.closed_date
            > {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.forecast_date') }}
    where components.component = 'future_pipeline' and won.credited_value > 0
    group by components.component, components.segment, won.channel, components.target_month
),

cumulated as (
    select
        components.*,
        coalesce(weights.channel, '(unattributed)') as channel,
        coalesce(sum(weights.weight) over (
            partition by components.component, components.segment, components.target_month
            order by weights.channel asc nulls last
            rows between unbounded preceding and current row
        ), 1) as cumulative_weight,
        coalesce(sum(weights.weight) over (
            partition by components.component, components.segment, components.target_month
        ), 1) as total_weight
    from components
    left join weights
        on
            components.component = weights.component
            and components.segment = weights.segment
            and components.target_month = weights.target_month
),

final as (
    select
        'won' as component,
        segment,
        channel,
        cast(sum(credited_value) as decimal(18, 2)) as amount,
        closed_month as period_month
    from won
    group by segment, channel, closed_month
    union all
    select
        component,
        segment,
        channel,
        cast({{ split_to_cents(
            'forecast_amount', 'component, segment, target_month', 'channel asc nulls last'
        ) }} as decimal(18, 2)) as amount,
        target_month as period_month
    from cumulated
)

select * from final
