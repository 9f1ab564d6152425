with statuses as (select * from {{ ref('int_person_statuses') }}),

session_signals as (
    select * from {{ ref('int_session_signals') }}
    where signal_type = 'hand_raise'
),

lead_scores as (
    select * from {{ ref('int_lead_scores') }}
    where is_threshold_reached
),

visible_people as (select * from {{ ref('int_visible_people') }}),

activities as (select * from {{ ref('int_person_activities') }}),

sales_owners as (
    select * from {{ ref('int_person_owners') }}
    where is_sales
),

-- A hand-raise by an unknown person counts from the moment they become known.
hand_raises as (
    select distinct
        session_signals.person_key,
        'mql' as stage,
        'hand_raise' as event_source,
        greatest(session_signals.touched_at, visible_people.became_lead_at) as occurred_at
    from session_signals
    inner join visible_people on session_signals.person_key = visible_people.person_key
),

-- Activities before the hand-off to sales accept nothing.
accepting_activities as (
    select distinct
        activities.person_key,
        activities.occurred_at
    from activities
    inner join sales_owners
        on
            activities.person_key = sales_owners.person_key
            and coalesce(activities.occurred_at >= sales_owners.owned_from, true)
            and coalesce(activities.occurred_at < sales_owners.owned_until, true)
),

stage_events as (
    select
        person_key,
        stage,
        'status' as event_source,
        changed_at as occurred_at
    from statuses
    union all
    select * from hand_raises
    union all
    select
        person_key,
        'mql' as stage,
        'score' as event_source,
        scored_at as occurred_at
    from lead_scores
    union all
    -- int_person_pass_events counts only the first one after an MQL.
    select
        person_key,
        'sal' as stage,
        'sales_activity' as event_source,
        occurred_at
    from accepting_activities
)

select * from stage_events
