create table salesforce.event as
select
    '00U' || upper(code(touch, 'event'))[:12] as id,
    who_id,
    opportunity_id as what_id,
    case when is_contact then '001' || lpad(company::varchar, 9, '0') end as account_id,
    owner_id,
    'Meeting' as type,
    pick([
        'Discovery', 'Demo', 'Technical review', 'Commercials'], u(
        touch,
        'subject'
    )) as subject,
    meeting_at as activity_date_time,
    meeting_at as start_date_time,
    is_no_show as no_show_c,
    to_second(meeting_at - seconds_of(1 + u(touch, 'booked') * 6)) as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from (
    select
        *,
        touched_at as meeting_at,
        false as is_no_show
    from sales_touches
    where kind = 'event'
    union all
    -- Meetings without attendees, three days before the one that took place.
    select
        * replace (touch + 5000000000 as touch),
        touched_at - interval 3 day,
        true
    from sales_touches
    where kind = 'event' and u(touch, 'no show') < 0.12
)
