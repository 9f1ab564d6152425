{{ config(materialized='view') }}

with bounds as (select * from {{ ref('int_web_session_bounds') }}),

-- Texts of sessions that have changed since match no session key and are dropped.
texts as (
    select
        texts.*,
        bounds.set_aside_because,
        bounds.events_count,
        bounds.pages_count,
        bounds.is_ambiguous,
        bounds.started_at,
        bounds.ended_at
    from {{ ref('int_web_session_texts') }} as texts
    inner join bounds on texts.session_key = bounds.session_key
),

traffic_sources as (
    select traffic_key from {{ ref('int_traffic_sources') }}
    where has_source
),

-- For simultaneous events, take the smallest id; for the source, among the events with a source.
first_texts as (
    select * from texts
    where
        is_ambiguous
        and (
            is_opening
            or traffic_key in (select traffic_sources.traffic_key from traffic_sources)
        )
    qualify row_number() over (partition by session_key, is_opening order by event_id) = 1
),

openings as (
    select * from texts
    where is_opening and not is_ambiguous
    union all
    select * from first_texts
    where is_opening
),

later_sources as (
    select
        session_key,
        traffic_key,
        utm_content,
        utm_term
    from texts
    where not is_opening and not is_ambiguous
    union all
    select
        session_key,
        traffic_key,
        utm_content,
        utm_term
    from first_texts
    where not is_opening
),

sessions as (
    select
        md5(openings.anonymous_id || '|' || openings.event_id) as session_id,
        openings.source_system,
        openings.event_id as first_event_id,
        openings.anonymous_id,
        openings.device_key,
        openings.landing_path,
        openings.user_agent,
        openings.set_aside_because,
        coalesce(later_sources.traffic_key, openings.traffic_key) as traffic_key,
        case
            when later_sources.session_key is null then openings.utm_content
            else later_sources.utm_content
        end as utm_content,
        case
            when later_sources.session_key is null then openings.utm_term
            else later_sources.utm_term
        end as utm_term,
        openings.events_count,
        openings.pages_count,
        openings.has_consent,
        openings.started_at,
        openings.ended_at
    from openings
    left join later_sources on openings.session_key = later_sources.session_key
)

select * from sessions
