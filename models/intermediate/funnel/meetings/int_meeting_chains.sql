{{ config(materialized='fixpoint') }}

with meetings as (
    select
        activity_id,
        rescheduled_from_id
    from {{ ref('sales_activities') }}
    where activity_type = 'meeting'
),

-- Each booking starts with the booking it replaces, the first of a chain with itself.
direct_links as (
    select
        meetings.activity_id,
        coalesce(replaced.activity_id, meetings.activity_id) as meeting_id,
        coalesce(replaced.activity_id, meetings.activity_id) as smallest_earlier_id
    from meetings
    left join meetings as replaced on meetings.rescheduled_from_id = replaced.activity_id
)

select * from direct_links

{{ then_repeat() }}

with chains as (
    select * from {{ previous() }}
),

-- Each round doubles the number of reschedules followed. A booking that is among its own earlier
-- bookings is part of a circle: its smallest id names the meeting.
followed as (
    select
        chains.activity_id,
        coalesce(circles.activity_id, further.meeting_id) as meeting_id,
        least(chains.smallest_earlier_id, further.smallest_earlier_id) as smallest_earlier_id
    from chains
    inner join chains as further on chains.meeting_id = further.activity_id
    left join chains as circles
        on
            chains.smallest_earlier_id = circles.activity_id
            and circles.smallest_earlier_id = circles.activity_id
)

select * from followed
