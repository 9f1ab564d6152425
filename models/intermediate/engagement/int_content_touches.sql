with touchpoints as (
    select
        touchpoint_id,
        session_id,
        content_id
    from {{ ref('int_touchpoints') }}
    where session_id is not null
),

content as (
    select
        url_path,
        min(content_id) as content_id
    from {{ ref('content_items') }}
    group by url_path
),

web_touch_types as (
    select touch_type from {{ ref('touchpoint_types') }}
    where is_web_event
),

deliveries as (
    select
        device_key,
        page_path,
        occurred_at
    from {{ ref('int_web_deliveries') }}
    where event_type in (select web_touch_types.touch_type from web_touch_types)
),

sessions as (
    select
        session_id,
        device_key,
        started_at,
        ended_at
    from {{ ref('int_sessions') }}
),

-- Pages on which something was done: downloaded, filled in, asked for. Mere page views within a
-- session are not followed, there are too many; the page it started on is known anyway.
acted_on as (
    select distinct
        sessions.session_id,
        content.content_id
    from deliveries
    inner join content on deliveries.page_path = content.url_path
    inner join sessions
        on
            deliveries.device_key = sessions.device_key
            and deliveries.occurred_at between sessions.started_at and sessions.ended_at
),

content_touches as (
    select
        touchpoint_id,
        content_id
    from touchpoints
    where content_id is not null
    union distinct
    select
        touchpoints.touchpoint_id,
        acted_on.content_id
    from acted_on
    inner join touchpoints on acted_on.session_id = touchpoints.session_id
)

select * from content_touches
