{{ config(materialized='view') }}

-- Nearly all sessions start on a page and do nothing else with content: what touchpoints say
-- already is not written again.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where is_session and content_id is not null
),

content_actions as (
    select * from {{ ref('int_content_actions') }}
),

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
