-- A visit to a stage ends when the next one begins. It ends before it began only if the journey is
-- out of order. The last visit ends with the journey, in its current stage.
with transitions as (
    select
        *,
        lead(entered_at) over (
            partition by journey_id order by sequence_number nulls last
        ) as next_entered_at,
        lead(stage) over (
            partition by journey_id order by sequence_number nulls last
        ) as following_stage
    from {{ ref('fct_stage_transitions') }}
),

journeys as (select * from {{ ref('fct_journeys') }})

select transitions.*
from transitions
inner join journeys on transitions.journey_id = journeys.journey_id
where
    transitions.next_stage is distinct from transitions.following_stage
    or transitions.stage = transitions.following_stage
    or transitions.is_last_visit <> (transitions.following_stage is null)
    or (
        not transitions.is_last_visit
        and transitions.exited_at is distinct from transitions.next_entered_at
    )
    or (
        transitions.is_last_visit
        and (
            transitions.exited_at is distinct from journeys.exited_at
            or transitions.exit_type is distinct from journeys.exit_type
            or transitions.stage <> journeys.current_stage
        )
    )
    or (
        transitions.exited_at < transitions.entered_at
        and not journeys.is_out_of_order
        and transitions.exit_type is null
    )
