create table hubspot.contact as
with people as (
    select
        contact_ids.contact_id,
        max_by(email, id) filter (where contact_ids.contact_id = id) as email,
        max(account_id) as account_id,
        max(company) as company,
        max(title) as title,
        max(country) as country,
        max(lead_source) as lead_source,
        max(self_reported_source_c) as self_reported_source,
        max_by(owner_id, record_type) as owner_id,
        bool_or(has_opted_out_of_email) as is_opted_out,
        min(created_date) as created_at,
        bool_or(is_deleted) as is_deleted
    from (
        select
            '1 lead' as record_type,
            id,
            email,
            null as account_id,
            company,
            title,
            country,
            lead_source,
            self_reported_source_c,
            owner_id,
            has_opted_out_of_email,
            created_date,
            is_deleted
        from salesforce.lead
        union all
        select
            '2 contact',
            id,
            email,
            account_id,
            null,
            title,
            mailing_country,
            lead_source,
            self_reported_source_c,
            owner_id,
            has_opted_out_of_email,
            created_date,
            is_deleted
        from salesforce.contact
    ) as records
    inner join contact_ids on records.id = contact_ids.record_id
    group by contact_ids.contact_id
),

current_values as (
    select
        contact_id,
        max_by(value, changed_at) filter (where name = 'lifecyclestage') as lifecycle_stage,
        max_by(value, changed_at) filter (where name = 'hs_lead_status') as lead_status
    from contact_changes
    where value is not null
    group by contact_id
),

roles as (
    select
        contact_ids.contact_id,
        min(role) as buying_role
    from salesforce.opportunity_contact_role as contact_role
    inner join contact_ids on contact_role.contact_id = contact_ids.record_id
    group by contact_ids.contact_id
),

merged as (
    select
        contact_ids.contact_id,
        string_agg(contact.id, ';' order by contact.id) as merged_ids
    from salesforce.contact
    inner join contact_ids on contact.master_record_id = contact_ids.record_id
    group by contact_ids.contact_id
)

select
    people.contact_id as id,
    email as property_email,
    account_id as property_associatedcompanyid,
    company as property_company,
    title as property_jobtitle,
    country as property_country,
    lead_source as property_lead_source,
    null::varchar as property_hs_analytics_source,
    self_reported_source as property_how_did_you_hear_about_us,
    lifecycle_stage as property_lifecyclestage,
    lead_status as property_hs_lead_status,
    buying_role as property_hs_buying_role,
    owner_id as property_hubspot_owner_id,
    merged_ids as property_hs_merged_object_ids,
    is_opted_out as property_hs_email_optout,
    {% for stage in [
        'subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity',
        'customer', 'evangelist', 'other'
    ] -%}
    (
        select max(changed_at) from contact_changes
        where
            contact_changes.contact_id = people.contact_id
            and name = 'lifecyclestage' and value = '{{ stage }}'
    ) as property_hs_lifecyclestage_{{ stage }}_date,
    {% endfor -%}
    created_at as property_createdate,
    is_deleted as _fivetran_deleted,
    synced() as _fivetran_synced
from people
left join current_values on people.contact_id = current_values.contact_id
left join roles on people.contact_id = roles.contact_id
left join merged on people.contact_id = merged.contact_id;

-- The loader keeps the time of a merge of contacts only.
create table hubspot.contact_merge_audit as
select
    merged_contacts.contact_id as vid_to_merge,
    contact_ids.contact_id as canonical_vid,
    to_second(merged_contact_at) as timestamp,
    synced() as _fivetran_synced
from merged_contacts
inner join contact_ids on merged_contacts.survivor_id = contact_ids.record_id
