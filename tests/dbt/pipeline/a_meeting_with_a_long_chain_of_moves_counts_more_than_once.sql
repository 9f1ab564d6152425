{{ config(severity='warn') }}
-- The first booking of a chain must not replace another known one. Chains with more than 16 moves
-- or with a cycle are split into several meetings.
select
    meetings.meeting_id,
    activities.rescheduled_from_id,
    'meeting ' || meetings.meeting_id || ' replaces meeting ' || activities.rescheduled_from_id
    || ' and is counted beside it' as finding
from {{ ref('fct_meetings') }} as meetings
inner join {{ ref('sales_activities') }} as activities
    on meetings.meeting_id = activities.activity_id
inner join {{ ref('sales_activities') }} as replaced
    on activities.rescheduled_from_id = replaced.activity_id
