{{ config(materialized='view') }}

-- A view, because most of its rows are in int_touchpoints already.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where is_session and content_id is not null
),

content_actions as (select * from {{ ref('int_content_actions') }}),

journey_stages as (select * from {{ ref('int_person_journey_stages') }}),

used as (
    select
        touchpoint_id,
        person_key,
        content_id,
        is_hidden,
        touched_at
    from touchpoints
    union all
    select
        touchpoint_id,
        person_key,
        content_id,
        is_hidden,
        touched_at
    from content_actions
),

-- The stages are those of fct_touchpoints.
content_touches as (
    select
        used.touchpoint_id,
        used.person_key,
        used.content_id,
        case
            when used.is_hidden then '(hidden by consent)'
            when used.touched_at >= journey_stages.customer_at then 'customer'
            when used.touched_at >= journey_stages.decision_at then 'decision'
            when used.touched_at >= journey_stages.consideration_at then 'consideration'
            else 'awareness'
        end as journey_stage,
        used.is_hidden,
        used.touched_at
    from used
    left join journey_stages on used.person_key = journey_stages.person_key
)

select * from content_touches
