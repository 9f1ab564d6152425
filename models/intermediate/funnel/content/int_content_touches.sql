{{ config(materialized='view') }}

-- A view, because most of its rows are in int_touchpoints already.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where is_session and content_id is not null
),

content_actions as (select * from {{ ref('int_content_actions') }}),

content_touches as (
    select
        touchpoint_id,
        person_key,
        content_id,
        journey_stage,
        is_hidden,
        touched_at
    from touchpoints
    union all
    select
        touchpoint_id,
        person_key,
        content_id,
        journey_stage,
        is_hidden,
        touched_at
    from content_actions
)

select * from content_touches
