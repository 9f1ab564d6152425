-- Nearly all visitors stay anonymous: narrow, and read from the touches in one pass.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where not is_hidden and device_key is not null
),

-- Whoever is anonymous has sessions of one device only, no two of which start at one instant, and
-- numbers are grouped faster than texts.
anonymous_visitors as (
    select
        any_value(path_visitor_key) as visitor_key,
        min_by(channel, touched_at) as first_touch_channel,
        min(touched_at) as visitor_at
    from touchpoints
    group by device_key
)

select * from anonymous_visitors
