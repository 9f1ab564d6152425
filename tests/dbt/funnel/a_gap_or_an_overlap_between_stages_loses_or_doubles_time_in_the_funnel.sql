-- A visit to a stage ends when the next one begins, never before it began. The last visit ends with
-- the journey, in its current stage. Parallel visits have no duration and are outside the sequence.
with transitions as (select * from {{ ref('fct_stage_transitions') }}),

sequenced as (
    select
        *,
        lead(entered_at) over (
            partition by journey_id order by sequence_number nulls last
        ) as next_entered_at,
        lead(stage) over (
            partition by journey_id order by sequence_number nulls last
        ) as following_stage
    from transitions
    where not is_parallel
),

journeys as (select * from {{ ref('fct_journeys') }}),

wrong_sequences as (
    select
        sequenced.journey_id,
        sequenced.stage,
        sequenced.sequence_number
    from sequenced
    inner join journeys on sequenced.journey_id = journeys.journey_id
    where
        sequenced.next_stage is distinct from sequenced.following_stage
        or sequenced.stage = sequenced.following_stage
        or sequenced.is_last_visit <> (sequenced.following_stage is null)
        or sequenced.exited_at < sequenced.entered_at
        or (
            not sequenced.is_last_visit
            and sequenced.exited_at is distinct from sequenced.next_entered_at
        )
        or (
            sequenced.is_last_visit
            and (
                sequenced.exited_at
                is distinct from greatest(
                    journeys.exited_at,
                    case when journeys.exited_at is not null then sequenced.entered_at end
                )
                or sequenced.exit_type is distinct from journeys.exit_type
                or sequenced.stage <> journeys.current_stage
            )
        )
),

-- The journey is in a later stage when a parallel visit happens.
wrong_parallel_visits as (
    select
        parallel.journey_id,
        parallel.stage,
        parallel.sequence_number
    from transitions as parallel
    left join sequenced
        on
            parallel.journey_id = sequenced.journey_id
            and parallel.entered_at > sequenced.entered_at
    where parallel.is_parallel
    group by
        parallel.journey_id,
        parallel.stage,
        parallel.sequence_number,
        parallel.entered_at,
        parallel.exited_at,
        parallel.days_in_stage,
        parallel.is_last_visit
    having
        parallel.exited_at is distinct from parallel.entered_at
        or parallel.days_in_stage is not null
        or parallel.is_last_visit
        or count(sequenced.journey_id) = 0
)

select * from wrong_sequences
union all
select * from wrong_parallel_visits
