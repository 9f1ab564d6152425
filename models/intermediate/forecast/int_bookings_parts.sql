with forecast_months as (
    select * from {{ ref('int_forecast_months') }}
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

parts as (select * from {{ ref('int_opportunity_parts') }}),

won as (
    select
        closings.segment,
        parts.split_by,
        parts.part,
        sum(cast(parts.amount as double)) as amount
    from {{ ref('int_opportunity_closings') }} as closings
    inner join parts
        on closings.opportunity_id = parts.opportunity_id and parts.conversion_type = 'won'
    cross join (select distinct forecast_date from forecast_months) as dates
    where
        closings.is_won
        and parts.amount > 0
        and {{ reporting_date('closings.closed_at') }}
        > {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.forecast_date') }}
    group by closings.segment, parts.split_by, parts.part
),

-- Open pipeline is split by the parts of each open opportunity; future pipeline as what was won
-- lately in the segment, plus a little of all segments for one that has won nothing.
weights as (
    select
        'open_pipeline' as component,
        expected.segment,
        parts.split_by,
        parts.part,
        sum(expected.expected_amount * parts.share) as weight,
        forecast_months.target_month
    from expected
    inner join forecast_months
        on
            expected.as_of_month = forecast_months.as_of_month
            and expected.months_ahead = forecast_months.months_ahead
    inner join parts
        on
            expected.opportunity_id = parts.opportunity_id
            and parts.conversion_type = 'opportunity'
    group by expected.segment, parts.split_by, parts.part, forecast_months.target_month
    union all
    select
        components.component,
        components.segment,
        won.split_by,
        won.part,
        sum(won.amount * case when components.segment = won.segment then 1 else 1e-12 end)
            as weight,
        components.target_month
    from components
    cross join won
    where components.component = 'future_pipeline'
    group by
        components.component, components.segment, won.split_by, won.part, components.target_month
),

cumulated as (
    select
        components.*,
        splits.split_by,
        coalesce(weights.part, splits.part_without_weights) as part,
        coalesce(sum(weights.weight) over by_part, 1) as cumulative_weight,
        coalesce(sum(weights.weight) over of_month, 1) as total_weight
    from components
    cross join (
        values ('team', '(none)'), ('channel', '(unattributed)')
    ) as splits (split_by, part_without_weights)
    left join weights
        on
            components.component = weights.component
            and components.segment = weights.segment
            and components.target_month = weights.target_month
            and splits.split_by = weights.split_by
    window
        of_month as (
            partition by
                components.component, components.segment, components.target_month, splits.split_by
        ),
        by_part as (
            partition by
                components.component, components.segment, components.target_month, splits.split_by
            order by weights.part asc nulls last
        )
),

final as (
    select
        component,
        segment,
        split_by,
        part,
        cast({{ split_to_cents(
            'forecast_amount', 'component, segment, target_month, split_by', 'part asc nulls last'
        ) }} as decimal(18, 2)) as forecast_amount,
        target_month
    from cumulated
)

select * from final
