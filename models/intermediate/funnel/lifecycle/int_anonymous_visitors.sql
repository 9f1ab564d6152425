with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where not is_hidden and device_key is not null
),

-- An anonymous visitor is one device; device_key is a number, which groups faster than text.
anonymous_visitors as (
    select
        any_value(path_visitor_key) as visitor_key,
        min_by(channel, touched_at) as first_touch_channel,
        min(touched_at) as visitor_at
    from touchpoints
    group by device_key
)

select * from anonymous_visitors
