with sessions as (
    select * from {{ ref('int_sessions') }}
),

session_touches as (
    select * from {{ ref('int_session_touches') }}
),

email_clicks as (
    select * from {{ ref('int_email_clicks') }}
),

campaign_responses as (
    select * from {{ ref('int_campaign_touches') }}
),

sales_touches as (
    select * from {{ ref('int_sales_touches') }}
),

opened_by_email as (
    select
        session_id,
        min(campaign_id) as campaign_id
    from email_clicks
    where session_id is not null
    group by session_id
),

touches as (
    select
        'session:' || sessions.session_id as touch_id,
        coalesce(session_touches.touch_type, 'session') as touch_type,
        sessions.visitor_key,
        sessions.person_key,
        sessions.anonymous_id,
        case when opened_by_email.session_id is null then sessions.channel else 'Email' end as channel,
        opened_by_email.campaign_id,
        sessions.campaign as utm_campaign,
        sessions.landing_path,
        sessions.session_id,
        sessions.has_consent,
        sessions.started_at as touched_at
    from sessions
    left join session_touches
        on
            sessions.device_key = session_touches.device_key
            and sessions.session_number = session_touches.session_number
    left join opened_by_email on sessions.session_id = opened_by_email.session_id
    union all
    select
        'email:' || event_id as touch_id,
        'email_click' as touch_type,
        person_key as visitor_key,
        person_key,
        cast(null as string) as anonymous_id,
        cast(null as string) as channel,
        campaign_id,
        cast(null as string) as utm_campaign,
        cast(null as string) as landing_path,
        cast(null as string) as session_id,
        cast(null as boolean) as has_consent,
        occurred_at as touched_at
    from email_clicks
    where session_id is null and person_key is not null
    union all
    select
        'response:' || response_id as touch_id,
        'campaign_response' as touch_type,
        person_key as visitor_key,
        person_key,
        cast(null as string) as anonymous_id,
        channel,
        campaign_id,
        cast(null as string) as utm_campaign,
        cast(null as string) as landing_path,
        cast(null as string) as session_id,
        cast(null as boolean) as has_consent,
        responded_at as touched_at
    from campaign_responses
    union all
    select
        'activity:' || source_system || ':' || activity_id as touch_id,
        touch_type,
        person_key as visitor_key,
        person_key,
        cast(null as string) as anonymous_id,
        cast(null as string) as channel,
        cast(null as string) as campaign_id,
        cast(null as string) as utm_campaign,
        cast(null as string) as landing_path,
        cast(null as string) as session_id,
        cast(null as boolean) as has_consent,
        touched_at
    from sales_touches
)

select * from touches
