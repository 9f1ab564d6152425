{{ config(materialized=view_until_published()) }}

with touchpoints as (select * from {{ ref('int_touchpoints') }}),

final as (
    select
        touchpoint_id,
        case when not is_hidden then path_visitor_key end as visitor_key,
        person_key,
        account_id,
        touch_type,
        channel,
        campaign_id,
        content_id,
        case when is_session and not is_hidden then touchpoint_id end as session_id,
        journey_stage,
        is_marketing,
        is_attributable,
        is_hidden,
        {{ reporting_date('touched_at') }} as touched_date,
        touched_at
    from touchpoints
)

select * from final
