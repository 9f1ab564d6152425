create table bookings as
with planned as (
    select
        sales_touches.*,
        email,
        person_name,
        case
            when u(touch, 'reschedules') < 0.80 then 0 when u(touch, 'reschedules') < 0.94
                then 1
            else 2
        end as moves,
        u(touch, 'outcome') as outcome
    from sales_touches
    inner join people using (person)
    where kind = 'calendly'
)

-- The last booking of a chain is the meeting held. Another one may have been cancelled before.
select
    touch * 10 + booking as booking,
    touch,
    email,
    person_name,
    owner_id,
    booking as number,
    moves,
    case when booking = moves then 'held' else 'moved' end as fate,
    to_second(touched_at - to_days((2 * (moves - booking))::integer)) as start_time,
    to_second(touched_at - to_days((
        2 * (moves - booking))::integer) - seconds_of(1.9 + u(
        touch,
        'booked'
    ) * 0.05)) as created_at
from planned, range(3) as bookings (booking)
where booking <= moves
union all
select
    touch * 10 + 8,
    touch,
    email,
    person_name,
    owner_id,
    8,
    0,
    case when outcome < 0.07 then 'no_show' else 'cancelled' end,
    touched_at - interval 6 day,
    to_second(touched_at - interval 6 day - seconds_of(2))
from planned
where outcome < 0.15
