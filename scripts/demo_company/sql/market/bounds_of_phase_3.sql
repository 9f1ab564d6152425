create or replace temp view bounds as
select
    person,
    company,
    greatest(joined_at, mql_at) as from_at,
    opportunity_at as upto_at,
    pick([0, 1, 1, 1, 2], u(person, 'touches 3')) as touches_count
from group_members
where was_lead and greatest(joined_at, mql_at) < opportunity_at
