create table salesforce.lead as
select
    lead_id as id,
    person_name as name,
    case when u(crm_leads.person, 'typed') < 0.05 then upper(email[1]) || email[2:] else email
    end as email,
    company_name as company,
    title,
    country,
    lead_source,
    coalesce(last_status.status, 'Open - Not Contacted') as status,
    coalesce(last_owner.owner_id, staff_of('Marketing', u(
        crm_leads.person,
        'marketing'
    ))) as owner_id,
    u(crm_leads.person, 'opted out') < 0.02 as has_opted_out_of_email,
    case
        when conversion = 'demo_requested' and u(crm_leads.person, 'asked') < 0.6
            then pick([
                'Google', 'A friend', 'Podcast', 'LinkedIn', 'ChatGPT', 'Event',
                'Colleague'
            ], u(crm_leads.person, 'told'
            ))
    end
        as self_reported_source_c,
    converted_at is not null as is_converted,
    converted_at as converted_date,
    case when converted_at is not null then '003' || lpad(crm_leads.person::varchar, 9, '0')
    end as converted_contact_id,
    case when converted_at is not null then '001' || lpad(crm_leads.company::varchar, 9, '0')
    end as converted_account_id,
    case when converted_at is not null then opportunity_id end as converted_opportunity_id,
    lead_at as created_date,
    false as is_deleted,
    null::varchar as master_record_id,
    synced() as _fivetran_synced
from crm_leads
inner join people using (person)
inner join companies on crm_leads.company = companies.company
left join (
    select
        person,
        arg_max(status, (changed_at, step)) as status
    from lead_steps
    group by person
) as last_status
    on crm_leads.person = last_status.person
left join (
    select
        person,
        arg_max(owner_id, (changed_at, step)) as owner_id
    from lead_owners
    group by person
) as last_owner
    on crm_leads.person = last_owner.person
