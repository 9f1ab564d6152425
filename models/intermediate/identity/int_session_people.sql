{%- set device = 'partition by device_key order by started_at rows between' -%}
{%- set earlier = device ~ ' unbounded preceding and 1 preceding' -%}
{%- set later = device ~ ' 1 following and unbounded following' -%}
with sessions as (select * from {{ ref('int_web_session_bounds') }}),

identified_sessions as (select * from {{ ref('int_session_identifications') }}),

identified_devices as (
    select distinct device_key from {{ ref('int_session_identifications') }}
),

-- Most devices were never identified; exclude them first.
device_sessions as (
    select
        sessions.device_key,
        sessions.started_at,
        sessions.ended_at,
        identified_sessions.first_person_key,
        identified_sessions.first_identified_at,
        identified_sessions.last_person_key,
        identified_sessions.last_identified_at,
        identified_sessions.is_email_click
    from sessions
    left join identified_sessions
        on
            sessions.device_key = identified_sessions.device_key
            and sessions.started_at = identified_sessions.started_at
    where sessions.device_key in (select identified_devices.device_key from identified_devices)
),

neighbours as (
    select
        device_key,
        first_person_key as person_key_inside,
        is_email_click,
        started_at,
        ended_at,
        {{ last_known('last_person_key', earlier) }} as person_key_before,
        {{ first_known('first_person_key', later) }} as person_key_after,
        {{ last_known('last_identified_at', earlier) }} as identified_before_at,
        {{ first_known('first_identified_at', later) }} as identified_after_at
    from device_sessions
),

distances as (
    select
        *,
        {{ seconds_between('identified_before_at', 'started_at') }} / 86400 as days_since_before,
        {{ seconds_between('ended_at', 'identified_after_at') }} / 86400 as days_until_after
    from neighbours
),

within_lookback as (
    select
        device_key,
        started_at,
        person_key_inside,
        is_email_click,
        case
            when days_since_before <= {{ var('identity_lookback_days') }} then person_key_before
        end as person_key_before,
        case
            when days_until_after <= {{ var('identity_lookback_days') }} then person_key_after
        end as person_key_after,
        days_since_before,
        days_until_after
    from distances
),

assigned as (
    select
        device_key,
        started_at,
        case
            when is_email_click then 'email_click'
            when person_key_inside is not null then 'in_session'
            when
                person_key_before <> person_key_after
                and days_since_before > {{ var('identity_reuse_days') }}
                then 'ambiguous'
            when person_key_before is null and person_key_after is null then 'too_far'
            when person_key_after is null or days_since_before <= days_until_after then 'before'
            else 'after'
        end as identity_method,
        person_key_inside,
        person_key_before,
        person_key_after
    from within_lookback
),

session_people as (
    select
        device_key,
        started_at,
        case identity_method
            when 'in_session' then person_key_inside
            when 'email_click' then person_key_inside
            when 'before' then person_key_before
            when 'after' then person_key_after
        end as person_key,
        identity_method
    from assigned
)

select * from session_people
