create table days as
select
    day::date as day,
    cast(
        1000
        * (
            {{ trend[0] }}
            + {{ trend[1] }} * date_diff('day', date '{{ first_day }}', day) / 730.0
        )
        * ({{ month_weights }})[month(day)]
        * ([1.10, 1.16, 1.15, 1.10, 0.90, 0.34, 0.36])[isodow(day)]
        as bigint
    ) as weight
from
    range(
        date '{{ first_day }}', date '{{ market_ends_on }}' + 1, interval 1 day
    ) as calendar (day)
