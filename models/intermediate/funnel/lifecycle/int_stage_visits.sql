with journeys as (select * from {{ ref('int_journeys') }}),

pass_events as (
    select * from {{ ref('int_person_pass_events') }}
    where
        is_counted
        and event_source <> 'opportunity'
        and stage not in ('disqualified', 'recycled', 'lost')
),

milestones as (
    select
        journeys.journey_id,
        stages.stage,
        stages.place,
        cast(0 as bigint) as event_number,
        case stages.stage
            when 'visitor' then journeys.visitor_at
            when 'lead' then journeys.lead_at
            when 'opportunity' then journeys.opportunity_at
            when 'customer' then journeys.customer_at
        end as entered_at
    from journeys
    cross join (
        values ('visitor', 1), ('lead', 2), ('opportunity', 4), ('customer', 5)
    ) as stages (stage, place)
    where stages.stage in ('visitor', 'lead') or journeys.opportunity_id is not null
),

-- The person's own stages come before the opportunity, which colleagues may have begun earlier.
entries as (
    select * from milestones
    where entered_at is not null
    union all
    select
        journeys.journey_id,
        pass_events.stage,
        3 as place,
        pass_events.event_number,
        pass_events.occurred_at as entered_at
    from pass_events
    inner join journeys
        on
            pass_events.person_key = journeys.person_key
            and pass_events.pass_number = journeys.pass_number
),

following as (
    select
        *,
        lag(stage) over (
            partition by journey_id order by place nulls last, event_number nulls last
        ) as stage_before
    from entries
),

-- A repeated event of the current stage does not begin a new visit. A visit is parallel if the
-- journey had entered a later stage before it.
visits as (
    select
        journey_id,
        stage,
        place,
        event_number,
        row_number() over (
            partition by journey_id
            order by entered_at nulls last, place nulls last, event_number nulls last
        ) as sequence_number,
        row_number() over (
            partition by journey_id, stage order by place nulls last, event_number nulls last
        ) as visit_number,
        coalesce(
            entered_at > min(entered_at) over (
                partition by journey_id
                order by place nulls last, event_number nulls last
                rows between 1 following and unbounded following
            ), false
        ) as is_parallel,
        entered_at
    from following
    where stage_before is null or stage_before <> stage
),

-- Parallel visits are outside the sequence of the others.
linked as (
    select
        *,
        case when not is_parallel then lag(stage) over journey end as previous_stage,
        case when not is_parallel then lead(stage) over journey end as next_stage,
        case when not is_parallel then lead(entered_at) over journey end as next_entered_at
    from visits
    window journey as (
        partition by journey_id, is_parallel order by place nulls last, event_number nulls last
    )
),

-- A journey that ended before its last stage began has no time in that stage.
bounded as (
    select
        linked.journey_id,
        linked.stage,
        linked.previous_stage,
        linked.next_stage,
        not linked.is_parallel and linked.next_stage is null as is_last_visit,
        case when is_last_visit then journeys.exit_type end as exit_type,
        cast(linked.sequence_number as bigint) as sequence_number,
        cast(linked.visit_number as bigint) as visit_number,
        linked.is_parallel,
        linked.entered_at,
        case
            when linked.is_parallel then linked.entered_at
            when linked.next_stage is not null then linked.next_entered_at
            when journeys.exited_at < linked.entered_at then linked.entered_at
            else journeys.exited_at
        end as exited_at
    from linked
    inner join journeys on linked.journey_id = journeys.journey_id
)

select * from bounded
