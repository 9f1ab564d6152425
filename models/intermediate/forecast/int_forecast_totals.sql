with components as (select * from {{ ref('int_forecast_components') }}),

transitions as (select * from {{ ref('int_forecast_transitions') }}),

with_all_segments as (
    select * from components
    union all
    select
        measure,
        component,
        '(all)' as segment,
        months_ahead,
        expected_amount,
        variance,
        cumulative_variance,
        as_of_month
    from components
),

-- Won so far and contracted services are facts, not forecasts.
summed as (
    select
        measure,
        segment,
        months_ahead,
        sum(expected_amount) as model_amount,
        sum(
            case when component in ('won_so_far', 'contracted') then expected_amount else 0 end
        ) as certain_amount,
        sum(variance) as variance,
        sum(cumulative_variance) as cumulative_variance,
        as_of_month
    from with_all_segments
    group by measure, segment, months_ahead, as_of_month
),

cumulated as (
    select
        *,
        sum(model_amount - certain_amount) over (
            partition by measure, segment, as_of_month order by months_ahead asc nulls last
            rows between unbounded preceding and current row
        ) as cumulative_uncertain_amount
    from summed
),

won as (
    select
        as_of_month,
        sum(steps_count) as won_count
    from transitions
    where chain = 'creation' and to_state = '(won)'
    group by as_of_month
),

-- A win rate that was learned from n won opportunities has a relative variance of about 1 ÷ n.
final as (
    select
        cumulated.measure,
        cumulated.segment,
        cumulated.months_ahead,
        cumulated.model_amount,
        cumulated.certain_amount,
        cumulated.variance + case
            when cumulated.measure = 'bookings'
                then
                    power(cumulated.model_amount - cumulated.certain_amount, 2)
                    / greatest(coalesce(won.won_count, 0), 1)
            else 0
        end as variance,
        cumulated.cumulative_variance + case
            when cumulated.measure = 'bookings'
                then
                    power(cumulated.cumulative_uncertain_amount, 2)
                    / greatest(coalesce(won.won_count, 0), 1)
            else 0
        end as cumulative_variance,
        cumulated.as_of_month
    from cumulated
    left join won on cumulated.as_of_month = won.as_of_month
)

select * from final
