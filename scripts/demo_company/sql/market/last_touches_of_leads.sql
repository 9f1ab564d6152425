insert into touches by name
select
    person * 100 + 19 as touch,
    person,
    company,
    1 as phase,
    channel,
    to_second(case
        when in_office(lead_touch_at, u(person, 'lead hour')) > arrived_at
            then in_office(lead_touch_at, u(person, 'lead hour'))
        else lead_touch_at
    end) as touched_at,
    true as is_lead_touch
from first_phase
inner join
    mix_slots
    on mix = 1 and slot = floor(u(person * 100 + 19, 'channel') * {{ lead_slots_count }})::bigint
