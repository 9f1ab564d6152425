create table mix_slots as
select *
from (values {{ mix_slots | join(', ') }}) as slots (mix, slot, channel)
