insert into touches by name
with planned as (
    select
        *,
        (person * 10 + {{ phase }}) * 10 + number as touch,
        from_at + seconds_of(
            (number - u((person * 10 + {{ phase }}) * 10 + number, 'when')) / touches_count
            * date_diff('second', from_at, upto_at) / 86400.0
        ) as planned_at
    from bounds, range(1, 9) as numbers (number)
    where number <= touches_count
),

at_work as (
    select
        *,
        in_office(planned_at, u(touch, 'hour')) as office_at
    from planned
)

select
    touch,
    person,
    company,
    {{ phase }} as phase,
    channel,
    to_second(case
        when office_at > from_at and office_at < upto_at then office_at
        else planned_at
    end) as touched_at,
    false as is_lead_touch
from at_work
inner join
    mix_slots
    on mix = {{ mix }} and slot = floor(u(touch, 'channel') * {{ slots_count }})::bigint
