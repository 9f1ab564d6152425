with meetings as (select * from {{ ref('int_meetings') }}),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where is_marketing and not is_hidden and person_key is not null
),

-- The person's last marketing touch before the meeting was booked.
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
),

final as (
    select
        meetings.meeting_id,
        meetings.person_key,
        meetings.account_id,
        meetings.opportunity_id,
        meetings.owner_id,
        coalesce(last_touches.channel, '(none)') as channel,
        meetings.meeting_status,
        cast(meetings.bookings_count - 1 as bigint) as reschedules_count,
        meetings.booked_at,
        meetings.scheduled_at,
        meetings.held_at
    from meetings
    left join last_touches on meetings.meeting_id = last_touches.meeting_id
)

select * from final
