{{ config(materialized=view_until_published()) }}

with touchpoints as (select * from {{ ref('int_touchpoints') }}),

journey_stages as (select * from {{ ref('int_person_journey_stages') }}),

campaigns as (select * from {{ ref('int_campaigns') }}),

content as (select * from {{ ref('content_items') }}),

final as (
    select
        touchpoints.touchpoint_id,
        case when not touchpoints.is_hidden then touchpoints.path_visitor_key end as visitor_key,
        touchpoints.person_key,
        touchpoints.account_id,
        touchpoints.touch_type,
        touchpoints.channel,
        touchpoints.campaign_id,
        touchpoints.content_id,
        campaigns.campaign_name,
        content.title as content_title,
        case
            when touchpoints.is_session and not touchpoints.is_hidden then touchpoints.touchpoint_id
        end as session_id,
        case
            when touchpoints.is_hidden then '(hidden by consent)'
            when touchpoints.touched_at >= journey_stages.customer_at then 'customer'
            when touchpoints.touched_at >= journey_stages.decision_at then 'decision'
            when touchpoints.touched_at >= journey_stages.consideration_at then 'consideration'
            else 'awareness'
        end as journey_stage,
        touchpoints.utm_content,
        touchpoints.utm_term,
        touchpoints.landing_path,
        touchpoints.is_marketing,
        touchpoints.is_attributable,
        touchpoints.is_hidden,
        {{ reporting_date('touchpoints.touched_at') }} as touched_date,
        touchpoints.touched_at
    from touchpoints
    left join campaigns on touchpoints.campaign_id = campaigns.campaign_id
    left join content on touchpoints.content_id = content.content_id
    left join journey_stages on touchpoints.person_key = journey_stages.person_key
)

select * from final
