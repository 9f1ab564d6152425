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
        device_key,
        session_number,
        has_consent,
        set_aside_because,
        started_at
    from {{ ref('int_web_sessions') }}
),

-- A session within reach of a visit starts in one of these slots.
visit_slots as (
    {% for neighbour in (-1, 0, 1) -%}
    select
        visit_id,
        company_domain,
        visited_at,
        floor({{ seconds_between(epoch, 'visited_at') }} / {{ seconds }}) + {{ neighbour }} as slot
    from company_visits
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

session_slots as (
    select
        *,
        floor({{ seconds_between(epoch, 'started_at') }} / {{ seconds }}) as slot
    from web_sessions
),

-- Only the time ties a visit to a session: with another session at that time it is anybody's.
coinciding as (
    select
        visit_slots.visit_id,
        visit_slots.company_domain,
        session_slots.device_key,
        session_slots.session_number,
        session_slots.has_consent and session_slots.set_aside_because is null as is_usable,
        count(*) over (partition by visit_slots.visit_id) as sessions_count,
        count(*) over (
            partition by session_slots.device_key, session_slots.session_number
        ) as visits_count
    from visit_slots
    inner join session_slots on visit_slots.slot = session_slots.slot
    where
        abs({{ seconds_between('visit_slots.visited_at', 'session_slots.started_at') }})
        <= {{ seconds }}
),

visit_sessions as (
    select
        visit_id,
        company_domain,
        device_key,
        session_number
    from coinciding
    where is_usable and sessions_count = 1 and visits_count = 1
)

select * from visit_sessions
