{%- set seconds = var('company_visit_match_seconds') -%}
{%- set epoch = "timestamp '1970-01-01 00:00:00'" -%}
with company_visits as (
    select
        visit_id,
        company_domain,
        visited_at
    from {{ ref('company_visits') }}
),

web_sessions as (
    select
        session_key,
        device_key,
        set_aside_because,
        started_at
    from {{ ref('int_web_session_bounds') }}
),

openings as (
    select
        session_key,
        event_id,
        has_consent
    from {{ ref('int_web_session_texts') }}
    where is_opening
),

session_slots as (
    select
        *,
        floor({{ seconds_between(epoch, 'started_at') }} / {{ seconds }}) as slot
    from web_sessions
),

-- A slot with two sessions makes a visit to it ambiguous. Exclude such visits before the join.
crowded_slots as (
    select slot
    from session_slots
    group by slot
    having count(*) > 1
),

quiet_visits as (
    select
        company_visits.*,
        floor({{ seconds_between(epoch, 'company_visits.visited_at') }} / {{ seconds }}) as slot
    from company_visits
    left join crowded_slots
        on
            floor({{ seconds_between(epoch, 'company_visits.visited_at') }} / {{ seconds }})
            = crowded_slots.slot
    where crowded_slots.slot is null
),

-- A session within reach of a visit starts in one of these slots.
reached_slots as (
    {% for neighbour in (-1, 0, 1) -%}
    select
        visit_id,
        company_domain,
        slot + {{ neighbour }} as slot,
        visited_at
    from quiet_visits
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

-- Visits and sessions match by time only, so a second session in reach makes the match ambiguous.
coinciding as (
    select
        reached_slots.visit_id,
        reached_slots.company_domain,
        session_slots.session_key,
        session_slots.device_key,
        session_slots.set_aside_because,
        session_slots.started_at,
        count(*) over (partition by reached_slots.visit_id) as sessions_count
    from reached_slots
    inner join session_slots on reached_slots.slot = session_slots.slot
    where
        abs({{ seconds_between('reached_slots.visited_at', 'session_slots.started_at') }})
        <= {{ seconds }}
),

visits_of_one_session as (
    select
        *,
        count(*) over (partition by session_key) as visits_count
    from coinciding
    where sessions_count = 1
),

-- If several events open a session at the same time, the one with the smallest id gives consent.
consents as (
    select
        openings.session_key,
        openings.has_consent
    from openings
    inner join visits_of_one_session on openings.session_key = visits_of_one_session.session_key
    where visits_of_one_session.visits_count = 1
    qualify row_number() over (partition by openings.session_key order by openings.event_id) = 1
),

visit_sessions as (
    select
        visits_of_one_session.visit_id,
        visits_of_one_session.company_domain,
        visits_of_one_session.device_key,
        visits_of_one_session.started_at
    from visits_of_one_session
    inner join consents on visits_of_one_session.session_key = consents.session_key
    where
        visits_of_one_session.visits_count = 1
        and visits_of_one_session.set_aside_because is null
        and coalesce(consents.has_consent, true)
)

select * from visit_sessions
