-- A booking and the booking it replaces belong to one meeting, however often it was moved.
select
    bookings.activity_id,
    bookings.meeting_id,
    replaced.meeting_id as replaced_meeting_id
from {{ ref('sales_activities') }} as activities
inner join {{ ref('int_meeting_chains') }} as bookings
    on activities.activity_id = bookings.activity_id
inner join {{ ref('int_meeting_chains') }} as replaced
    on activities.rescheduled_from_id = replaced.activity_id
where bookings.meeting_id <> replaced.meeting_id
