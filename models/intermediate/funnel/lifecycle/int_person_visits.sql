with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where person_key is not null
),

numbered as (
    select
        person_key,
        channel,
        min(case when is_session then touched_at end) over (partition by person_key)
            as visitor_at,
        row_number() over (
            partition by person_key
            order by touched_at asc nulls last, touchpoint_id asc nulls last
        ) as touch_number,
        touched_at
    from touchpoints
),

person_visits as (
    select
        person_key,
        channel as first_touch_channel,
        touched_at as first_touch_at,
        visitor_at
    from numbered
    where touch_number = 1
)

select * from person_visits
