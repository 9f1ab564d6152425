create table truth.people as
select
    'human_' || person as human_id,
    'lead' as identifier_type,
    lead_id as identifier
from crm_leads
union all
select
    'human_' || person,
    'contact',
    '003' || lpad(person::varchar, 9, '0')
from crm_contacts
union all
select
    'human_' || person,
    'contact',
    contact_id
from merged_contacts
union all
select
    'human_' || person,
    'email',
    email
from merged_contacts
union all
select
    'human_' || person,
    'email',
    email
from people
where person in (select person from crm_leads) or person in (select person from crm_contacts)
union all
select distinct
    'human_' || person,
    'user',
    case
        when u(person, 'crm user id') < 0.1 then '00Q' || lpad(person::varchar, 9, '0')
        else 'u_' || person
    end
from sessions
where is_identified and person is not null
union all
-- A visitor who tried the product has a user id and an email, and no record of the CRM.
select distinct
    'visitor_' || device,
    'email',
    email
from sessions
where is_identified and person is null
union all
select distinct
    'visitor_' || device,
    'user',
    'u_t' || device
from sessions
where is_identified and person is null
