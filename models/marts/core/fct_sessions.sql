with sessions as (
    select * from {{ ref('int_sessions') }}
),

touchpoints as (
    select
        session_id,
        touch_type,
        is_hidden
    from {{ ref('int_touchpoints') }}
    where session_id is not null
),

final as (
    select
        sessions.session_id,
        case when not touchpoints.is_hidden then sessions.anonymous_id end as anonymous_id,
        case when not touchpoints.is_hidden then sessions.visitor_key end as visitor_key,
        case when not touchpoints.is_hidden then sessions.person_key end as person_key,
        case when not touchpoints.is_hidden then sessions.account_id end as account_id,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.campaign,
        sessions.landing_path,
        sessions.identity_method,
        touchpoints.touch_type,
        sessions.events_count,
        sessions.pages_count,
        touchpoints.is_hidden,
        sessions.started_at,
        sessions.ended_at
    from sessions
    inner join touchpoints on sessions.session_id = touchpoints.session_id
)

select * from final
