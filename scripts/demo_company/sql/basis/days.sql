create table days as
select
    day::date as day,
    cast(
        1000
        * (0.85 + 0.35 * date_diff('day', date '{{ first_day }}', day) / 730.0)
        * ([0.95, 1.05, 1.12, 1.04, 1.02, 0.98, 0.82, 0.78, 1.10, 1.14, 1.12, 0.72])[month(day)]
        * ([1.10, 1.16, 1.15, 1.10, 0.90, 0.34, 0.36])[isodow(day)]
        as bigint
    ) as weight
from range(date '{{ first_day }}', date '{{ last_day }}' + 1, interval 1 day) as calendar (day)
