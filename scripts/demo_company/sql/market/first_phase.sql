create table first_phase as
select
    person,
    company,
    arrived_at,
    arrived_at + case
        when earlier_count = 0 then interval 0 second
        else seconds_of(1 + u(person, 'span') * 40) end
        as lead_touch_at,
    earlier_count
from (
    select
        *,
        pick(
            case when has_intent then [0, 0, 1, 1, 2, 3] else [0, 0, 0, 0, 1, 1, 2] end,
            u(person, 'earlier')
        ) as earlier_count
    from people
    where not is_launch_customer
)
