with handoffs as (select * from {{ ref('int_handoffs') }}),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where person_key is not null
),

content as (select * from {{ ref('content_items') }}),

-- All touches of the person until the hand-off, including those before they were known.
known_touches as (
    select
        handoffs.handoff_id,
        touchpoints.touchpoint_id,
        touchpoints.touch_type,
        touchpoints.channel,
        touchpoints.is_session,
        touchpoints.content_id,
        touchpoints.is_marketing,
        touchpoints.touched_at,
        row_number() over (
            partition by handoffs.handoff_id
            order by
                touchpoints.touched_at desc nulls last,
                touchpoints.touchpoint_id desc nulls last
        ) as touches_back
    from handoffs
    inner join touchpoints
        on
            handoffs.person_key = touchpoints.person_key
            and handoffs.handed_off_at >= touchpoints.touched_at
),

seen_titles as (
    select distinct
        known_touches.handoff_id,
        content.title
    from known_touches
    inner join content on known_touches.content_id = content.content_id
    where content.title is not null
),

contents as (
    select
        handoff_id,
        count(*) as contents_count,
        {{ joined_text('title') }} as content_titles
    from seen_titles
    group by handoff_id
),

counted as (
    select
        handoff_id,
        count(*) as touches_count,
        count(case when is_session then 1 end) as sessions_count,
        sum(case when is_marketing then 1 else 0 end) as marketing_touches_count,
        max(case when touches_back = 1 then touch_type end) as last_touch_type,
        max(case when touches_back = 1 then channel end) as last_touch_channel,
        max(touched_at) as last_touch_at
    from known_touches
    group by handoff_id
),

handoff_touches as (
    select
        counted.*,
        coalesce(contents.contents_count, 0) as contents_count,
        contents.content_titles
    from counted
    left join contents on counted.handoff_id = contents.handoff_id
)

select * from handoff_touches
