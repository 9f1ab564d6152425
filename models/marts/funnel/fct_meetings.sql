with meetings as (
    select * from {{ ref('int_meetings') }}
),

meeting_channels as (
    select * from {{ ref('int_meeting_channels') }}
),

final as (
    select
        meetings.meeting_id,
        meetings.person_key,
        meetings.account_id,
        meetings.opportunity_id,
        meetings.owner_id,
        coalesce(meeting_channels.channel, '(none)') as channel,
        meetings.meeting_status,
        cast(meetings.bookings_count - 1 as bigint) as reschedules_count,
        meetings.booked_at,
        meetings.scheduled_at,
        meetings.held_at
    from meetings
    left join meeting_channels on meetings.meeting_id = meeting_channels.meeting_id
)

select * from final
