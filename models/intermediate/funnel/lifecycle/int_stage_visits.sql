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
    select
        journey_id,
        stage,
        place,
        cast(0 as bigint) as event_number,
        entered_at
    from milestones
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

-- A repeated event of the current stage does not begin a new visit.
visits as (
    select
        journey_id,
        stage,
        stage_before as previous_stage,
        lead(stage) over journey as next_stage,
        row_number() over journey as sequence_number,
        row_number() over (
            partition by journey_id, stage order by place nulls last, event_number nulls last
        ) as visit_number,
        entered_at,
        lead(entered_at) over journey as next_entered_at
    from following
    where stage_before is null or stage_before <> stage
    window journey as (
        partition by journey_id order by place nulls last, event_number nulls last
    )
),

bounded as (
    select
        visits.journey_id,
        visits.stage,
        visits.previous_stage,
        visits.next_stage,
        case when visits.next_stage is null then journeys.exit_type end as exit_type,
        cast(visits.sequence_number as bigint) as sequence_number,
        cast(visits.visit_number as bigint) as visit_number,
        visits.next_stage is null as is_last_visit,
        visits.entered_at,
        coalesce(visits.next_entered_at, journeys.exited_at) as exited_at
    from visits
    inner join journeys on visits.journey_id = journeys.journey_id
)

select * from bounded
