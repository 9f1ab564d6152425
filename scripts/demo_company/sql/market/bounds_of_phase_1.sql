create or replace temp view bounds as
select
    person,
    company,
    arrived_at as from_at,
    lead_touch_at as upto_at,
    earlier_count as touches_count
from first_phase
