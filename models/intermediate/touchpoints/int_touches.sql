{{ config(materialized='view') }}

-- Split by identity_method, which survives an erasure (person_key does not): a session in
-- int_followed_touchpoints must not be counted here again.
with people_sessions as (
    select * from {{ ref('int_sessions') }}
    where identity_method in ('in_session', 'email_click', 'before', 'after')
),

anonymous_sessions as (
    select * from {{ ref('int_sessions') }}
    where identity_method not in ('in_session', 'email_click', 'before', 'after')
),

-- Anonymous visitors convert only by an order.
buyers as (
    select distinct device_key from {{ ref('int_orders') }}
    where device_key is not null
),

email_clicks as (select * from {{ ref('int_email_clicks') }}),

outside_touches as (select * from {{ ref('int_outside_touches') }}),

people as (select * from {{ ref('int_people') }}),

consent as (select * from {{ ref('int_consent') }}),

touchpoint_types as (select * from {{ ref('touchpoint_types') }}),

opened_by_email as (
    select
        email_clicks.session_id,
        min(email_clicks.campaign_id) as campaign_id,
        min(touchpoint_types.strength) as strength
    from email_clicks
    inner join touchpoint_types on touchpoint_types.touch_type = 'email_click'
    where email_clicks.session_id is not null
    group by email_clicks.session_id
),

touches as (
    select
        people_sessions.session_id as touchpoint_id,
        -- The click that opened a session is one of its interactions; the strongest one counts.
        case
            when opened_by_email.strength < touchpoint_types.strength then 'email_click'
            else people_sessions.touch_type
        end as touch_type,
        people_sessions.visitor_key,
        people_sessions.person_key,
        people_sessions.account_id,
        null as device_key,
        case
            when opened_by_email.session_id is null then people_sessions.channel else 'Email'
        end as channel,
        coalesce(opened_by_email.campaign_id, people_sessions.campaign_id) as campaign_id,
        people_sessions.utm_content,
        people_sessions.utm_term,
        people_sessions.landing_path,
        true as is_followed,
        true as is_session,
        people_sessions.is_hidden,
        people_sessions.started_at as touched_at
    from people_sessions
    left join opened_by_email on people_sessions.session_id = opened_by_email.session_id
    left join touchpoint_types on people_sessions.touch_type = touchpoint_types.touch_type
    union all
    select
        anonymous_sessions.session_id as touchpoint_id,
        anonymous_sessions.touch_type,
        anonymous_sessions.visitor_key,
        cast(null as string) as person_key,
        cast(null as string) as account_id,
        anonymous_sessions.device_key,
        anonymous_sessions.channel,
        anonymous_sessions.campaign_id,
        anonymous_sessions.utm_content,
        anonymous_sessions.utm_term,
        anonymous_sessions.landing_path,
        buyers.device_key is not null as is_followed,
        true as is_session,
        anonymous_sessions.is_hidden,
        anonymous_sessions.started_at as touched_at
    from anonymous_sessions
    left join buyers on anonymous_sessions.device_key = buyers.device_key
    union all
    select
        outside_touches.touchpoint_id,
        outside_touches.touch_type,
        outside_touches.person_key as visitor_key,
        outside_touches.person_key,
        people.account_id,
        null as device_key,
        outside_touches.channel,
        outside_touches.campaign_id,
        cast(null as string) as utm_content,
        cast(null as string) as utm_term,
        cast(null as string) as landing_path,
        true as is_followed,
        false as is_session,
        coalesce(consent.is_erased, false)
        or coalesce(outside_touches.touched_at >= consent.withdrawn_at, false) as is_hidden,
        outside_touches.touched_at
    from outside_touches
    left join people on outside_touches.person_key = people.person_key
    left join consent on outside_touches.person_key = consent.person_key
)

select * from touches
