create table salesforce.contact as
select
    '003' || lpad(person::varchar, 9, '0') as id,
    '001' || lpad(company::varchar, 9, '0') as account_id,
    person_name as name,
    email,
    title,
    country as mailing_country,
    lead_source,
    null::varchar as status_c,
    staff_of('Sales', u(company, 'account owner')) as owner_id,
    u(person, 'opted out') < 0.02 as has_opted_out_of_email,
    null::varchar as self_reported_source_c,
    contact_at as created_date,
    false as is_deleted,
    null::varchar as master_record_id,
    synced() as _fivetran_synced
from crm_contacts
inner join people using (person, company)
inner join companies using (company)
left join (select
    person,
    lead_source
from crm_leads) using (person)
