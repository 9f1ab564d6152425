-- Nearly all visitors stay anonymous: narrow, and read from the touches in one pass.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where not is_hidden and person_key is null
),

-- Whoever is anonymous has sessions of one device only, no two of which start at one instant.
anonymous_visitors as (
    select
        path_visitor_key as visitor_key,
        min_by(channel, touched_at) as first_touch_channel,
        min(touched_at) as visitor_at
    from touchpoints
    group by path_visitor_key
)

select * from anonymous_visitors
