with content as (
    select
        url_path,
        min(content_id) as content_id
    from {{ ref('content_items') }}
    group by url_path
),

touchpoint_types as (select * from {{ ref('touchpoint_types') }}),

-- Page views are not actions, and there are too many of them.
deliveries as (
    select
        device_key,
        page_path,
        occurred_at
    from {{ ref('int_web_deliveries') }}
    where
        event_type <> 'page_view'
        and event_type in (
            select {{ listed_value('touchpoint_types.touch_type') }} from touchpoint_types
            where touchpoint_types.is_web_event
        )
),

sessions as (select * from {{ ref('int_sessions') }}),

-- The landing page already counts through the touchpoint of the session.
acted_on as (
    select distinct
        sessions.session_id as touchpoint_id,
        case when not sessions.is_hidden then sessions.person_key end as person_key,
        content.content_id,
        sessions.is_hidden,
        sessions.started_at as touched_at
    from deliveries
    inner join content on deliveries.page_path = content.url_path
    inner join sessions
        on
            deliveries.device_key = sessions.device_key
            and deliveries.occurred_at between sessions.started_at and sessions.ended_at
    where coalesce(deliveries.page_path <> sessions.landing_path, true)
)

select * from acted_on
