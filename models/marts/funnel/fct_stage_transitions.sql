with visits as (
    select * from {{ ref('int_stage_visits') }}
),

funnel_stages as (
    select * from {{ ref('funnel_stages') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

-- A customer stands in no stage that is to be left.
timed as (
    select
        visits.*,
        funnel_stages.stage_order,
        previous_stages.stage_order as previous_stage_order,
        {{ seconds_between(
            'visits.entered_at',
            "case when visits.stage <> 'customer' then coalesce(visits.exited_at, as_of.as_of_end_at) end"
        ) }} / 86400 as elapsed_days
    from visits
    inner join funnel_stages on visits.stage = funnel_stages.stage
    left join funnel_stages as previous_stages on visits.previous_stage = previous_stages.stage
    cross join as_of
),

final as (
    select
        journey_id,
        stage,
        previous_stage,
        next_stage,
        exit_type,
        sequence_number,
        visit_number,
        case when elapsed_days >= 0 then elapsed_days end as days_in_stage,
        sum(case when elapsed_days >= 0 then elapsed_days end) over (
            partition by journey_id, stage
            order by visit_number nulls last
            rows between unbounded preceding and current row
        ) as cumulative_days_in_stage,
        coalesce(stage_order > previous_stage_order + 1, false) as is_skip,
        coalesce(stage_order < previous_stage_order, false) as is_regression,
        is_last_visit,
        is_last_visit and exit_type is null and stage <> 'customer' as is_current,
        entered_at,
        exited_at
    from timed
)

select * from final
