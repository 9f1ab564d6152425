with meetings as (
    select * from {{ ref('int_meetings') }}
    where person_key is not null
),

touchpoints as (
    select
        touchpoint_id,
        person_key,
        channel,
        touched_at
    from {{ ref('int_touchpoints') }}
    where is_marketing and not is_hidden and person_key is not null
),

-- The last marketing touch of the person before the meeting was booked.
last_touches as (
    select
        meetings.meeting_id,
        touchpoints.channel
    from meetings
    inner join touchpoints
        on
            meetings.person_key = touchpoints.person_key
            and touchpoints.touched_at <= coalesce(meetings.booked_at, meetings.held_at)
            and {{ dbt.dateadd(
                'day', var('attribution_lookback_days'), 'touchpoints.touched_at'
            ) }} >= coalesce(meetings.booked_at, meetings.held_at)
    qualify row_number() over (
        partition by meetings.meeting_id
        order by touchpoints.touched_at desc nulls last, touchpoints.touchpoint_id desc nulls last
    ) = 1
)

select * from last_touches
