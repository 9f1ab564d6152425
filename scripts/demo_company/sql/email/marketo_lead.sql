create table marketo.lead as
select
    'mk' || person as id,
    email,
    lead_id as sfdc_lead_id,
    case when contacts.person is not null then '003' || lpad(person::varchar, 9, '0')
    end as sfdc_contact_id,
    -- The company's Marketo only sends emails.
    null::varchar as company,
    null::varchar as title,
    null::varchar as country,
    null::varchar as lead_source,
    null::varchar as lead_status,
    null::boolean as unsubscribed,
    null::boolean as _fivetran_deleted,
    known_at as created_at,
    known_at + interval 1 day as updated_at
from (
    select
        person,
        lead_id,
        lead_at as known_at
    from crm_leads
    union all
    select
        person,
        null,
        contact_at
    from crm_contacts
    where not was_lead
)
inner join (select
    person,
    email
from people) using (person)
left join (select person from crm_contacts) as contacts using (person)
