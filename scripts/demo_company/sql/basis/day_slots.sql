create table day_slots as
with spans as (
    select
        day,
        sum(weight) over (order by day) as upto,
        sum(weight) over () as total,
        weight
    from days
)

select
    day,
    unnest(range(
        ((upto - weight) * 65536 // total)::bigint,
        (upto * 65536 // total)::bigint
    )) as slot
from spans
