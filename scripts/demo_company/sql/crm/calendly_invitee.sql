create table calendly.invitee as
select
    event_uri || '/invitees/' || code(booking, 'invitee') as uri,
    event_uri,
    email,
    person_name as name,
    case when fate in ('held', 'no_show') then 'active' else 'canceled' end as status,
    fate = 'moved' as rescheduled,
    case when number between 1 and 7 then previous_event || '/invitees/' || code(
        booking - 1,
        'invitee'
    ) end as old_invitee_uri,
    case when fate = 'moved' then next_event || '/invitees/' || code(booking + 1, 'invitee')
    end as new_invitee_uri,
    fate = 'no_show' as is_no_show,
    case fate
        when 'moved' then next_created_at when 'cancelled'
            then created_at + interval 1 day
    end as canceled_at,
    created_at,
    start_time + interval 1 hour as updated_at
from (
    select
        *,
        'https://api.calendly.com/scheduled_events/' || code(booking, 'event') as event_uri,
        'https://api.calendly.com/scheduled_events/' || code(
            booking - 1,
            'event'
        ) as previous_event,
        'https://api.calendly.com/scheduled_events/' || code(
            booking + 1,
            'event'
        ) as next_event,
        lead(created_at) over (partition by touch order by number) as next_created_at
    from bookings
)
