create table group_members as
select
    people.person,
    people.company,
    leads.person is not null as was_lead,
    coalesce(leads.lead_at, to_second(opportunity_at + seconds_of(2 + u(
        people.person,
        'added'
    ) * 20))) as joined_at,
    mql_candidates.mql_at,
    pursuits.opportunity_at,
    pursuits.close_at
from people
inner join pursuits using (company)
left join leads using (person)
left join mql_candidates using (person)
left join mqls using (person)
-- Sales adds some of the people who never filled in a form.
where
    mqls.person is not null
    or u(people.person, 'added by sales') < case when leads.person is not null then 0.5 else 0.4 end
