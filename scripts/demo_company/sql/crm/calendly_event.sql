create table calendly.event as
select
    'https://api.calendly.com/scheduled_events/' || code(booking, 'event') as uri,
    '30 minute meeting' as name,
    case when fate in ('held', 'no_show') then 'active' else 'canceled' end as status,
    start_time,
    start_time + interval 30 minute as end_time,
    created_at,
    lower(replace(staff_names.name, ' ', '.')) || '@example.com' as host_email,
    owner_id as host_user_id,
    start_time + interval 1 hour as updated_at
from bookings
inner join salesforce.user as staff_names on staff_names.id = owner_id
