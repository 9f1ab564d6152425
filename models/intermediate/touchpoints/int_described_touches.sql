{{ config(materialized='view') }}

with touches as (select * from {{ ref('int_touches') }}),

touchpoint_types as (select * from {{ ref('touchpoint_types') }}),

content as (
    select
        url_path,
        min(content_id) as content_id
    from {{ ref('content_items') }}
    group by url_path
),

touchpoints as (
    select
        touches.touchpoint_id,
        touches.visitor_key as path_visitor_key,
        case when not touches.is_hidden then touches.person_key end as person_key,
        case when not touches.is_hidden then touches.account_id end as account_id,
        touches.device_key,
        touches.touch_type,
        coalesce(touchpoint_types.channel, touches.channel, 'Unassigned') as channel,
        touches.campaign_id,
        content.content_id,
        touches.utm_content,
        touches.utm_term,
        touches.landing_path,
        touches.is_followed,
        touches.is_session,
        touchpoint_types.is_marketing,
        touchpoint_types.is_attributable,
        touches.is_hidden,
        touches.touched_at
    from touches
    inner join touchpoint_types on touches.touch_type = touchpoint_types.touch_type
    left join content on touches.landing_path = content.url_path
)

select * from touchpoints
