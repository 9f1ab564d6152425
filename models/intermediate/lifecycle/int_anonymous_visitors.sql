-- Nearly all visitors stay anonymous: narrow, and read from the touches in one pass.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where visitor_key is not null and person_key is null
),

-- Whoever is anonymous has sessions only. Two at one instant go by id.
anonymous_visitors as (
    select
        visitor_key,
        min_by(channel, (touched_at, touchpoint_id)) as first_touch_channel,
        min(touched_at) as visitor_at
    from touchpoints
    group by visitor_key
)

select * from anonymous_visitors
