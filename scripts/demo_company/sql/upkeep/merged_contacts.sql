-- Contacts that were entered twice and merged: the second has another email address.
create table merged_contacts as
select
    person,
    '0039' || lpad(person::varchar, 8, '0') as contact_id,
    '003' || lpad(person::varchar, 9, '0') as survivor_id,
    replace(split_part(email, '@', 1), '.', '') || '@' || split_part(email, '@', 2) as email,
    in_office(contact_at + seconds_of(5 + u(person, 'merged day') * 60), u(person, 'merged hour'))
        as merged_contact_at
from crm_contacts
inner join (select
    person,
    email
from people) using (person)
where u(person, 'merged contact') < 0.01 and contact_at < timestamp '2025-10-01';

insert into salesforce.contact
select
    contact.* replace (
        contact_id as id,
        merged_contacts.email as email,
        to_second(merged_contact_at) as created_date,
        true as is_deleted,
        survivor_id as master_record_id
    )
from salesforce.contact as contact
inner join merged_contacts on contact.id = merged_contacts.survivor_id
