create or replace temp view bounds as
select
    person,
    company,
    greatest(joined_at, opportunity_at) as from_at,
    close_at as upto_at,
    pick([0, 0, 1, 1, 2, 2], u(person, 'touches 4')) as touches_count
from group_members
inner join (select company from open_deals) using (company)
where greatest(joined_at, opportunity_at) < close_at
