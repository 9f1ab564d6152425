-- One pass over the touches: there are about a million visitors to 10 million web events, and most
-- stay anonymous.
with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where visitor_key is not null
),

numbered as (
    select
        visitor_key,
        person_key,
        account_id,
        channel,
        min(case when session_id is not null then touched_at end) over (partition by visitor_key)
            as visitor_at,
        row_number() over (
            partition by visitor_key
            order by touched_at asc nulls last, touchpoint_id asc nulls last
        ) as touch_number
    from touchpoints
),

visitors as (
    select
        visitor_key,
        person_key,
        account_id,
        channel as first_touch_channel,
        visitor_at
    from numbered
    where touch_number = 1
)

select * from visitors
