{{ config(materialized=view_until_published()) }}

with visits as (select * from {{ ref('int_stage_visits') }}),

anonymous_journeys as (
    select * from {{ ref('fct_journeys') }}
    where person_key is null and visitor_key is not null
),

funnel_stages as (select * from {{ ref('funnel_stages') }}),

as_of as (select * from {{ ref('as_of') }}),

-- Customers and parallel visits have no time in stage.
timed as (
    select
        visits.*,
        funnel_stages.stage_order,
        previous_stages.stage_order as previous_stage_order,
        {{ seconds_between(
            'visits.entered_at',
            "case when visits.stage <> 'customer' and not visits.is_parallel then coalesce(visits.exited_at, as_of.as_of_end_at) end"
        ) }} / 86400 as elapsed_days
    from visits
    inner join funnel_stages on visits.stage = funnel_stages.stage
    left join funnel_stages as previous_stages on visits.previous_stage = previous_stages.stage
    cross join as_of
),

known_transitions as (
    select
        journey_id,
        stage,
        previous_stage,
        next_stage,
        exit_type,
        sequence_number,
        visit_number,
        elapsed_days as days_in_stage,
        sum(elapsed_days) over (
            partition by journey_id, stage
            order by visit_number nulls last
            rows between unbounded preceding and current row
        ) as cumulative_days_in_stage,
        coalesce(stage_order > previous_stage_order + 1, false) as is_skip,
        coalesce(stage_order < previous_stage_order, false) as is_regression,
        is_parallel,
        is_last_visit,
        is_last_visit and exit_type is null and stage <> 'customer' as is_current,
        entered_at,
        exited_at
    from timed
),

anonymous_transitions as (
    select
        anonymous_journeys.journey_id,
        anonymous_journeys.current_stage as stage,
        {{ seconds_between('anonymous_journeys.visitor_at', 'as_of.as_of_end_at') }} / 86400
            as elapsed_days,
        anonymous_journeys.visitor_at as entered_at
    from anonymous_journeys
    cross join as_of
),

final as (
    select * from known_transitions
    union all
    select
        journey_id,
        stage,
        cast(null as string) as previous_stage,
        cast(null as string) as next_stage,
        cast(null as string) as exit_type,
        cast(1 as bigint) as sequence_number,
        cast(1 as bigint) as visit_number,
        elapsed_days as days_in_stage,
        elapsed_days as cumulative_days_in_stage,
        false as is_skip,
        false as is_regression,
        false as is_parallel,
        true as is_last_visit,
        true as is_current,
        entered_at,
        cast(null as timestamp) as exited_at
    from anonymous_transitions
)

select
    *,
    {{ reporting_date('entered_at') }} as entered_date,
    {{ reporting_date('exited_at') }} as exited_date
from final
