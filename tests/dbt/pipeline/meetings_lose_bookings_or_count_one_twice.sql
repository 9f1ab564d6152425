-- Every booking belongs to one meeting, every dated meeting counts in one month of the report, and
-- each meeting has one outcome.
with bookings as (
    select count(*) as bookings_count
    from {{ ref('sales_activities') }}
    where activity_type = 'meeting'
),

meetings as (
    select
        sum(reschedules_count + 1) as bookings_count,
        count(coalesce(scheduled_at, held_at, booked_at)) as dated_count
    from {{ ref('fct_meetings') }}
),

reported as (
    select
        sum(booked_count) as booked_count,
        sum(held_count + cancelled_count + no_show_count + open_count) as ends_count
    from {{ ref('rpt_meetings') }}
)

select
    bookings.bookings_count,
    meetings.dated_count,
    reported.booked_count
from bookings
cross join meetings
cross join reported
where
    bookings.bookings_count <> coalesce(meetings.bookings_count, 0)
    or meetings.dated_count <> coalesce(reported.booked_count, 0)
    or reported.booked_count <> reported.ends_count
