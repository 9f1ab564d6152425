{{ config(enabled='marketo' in var('marketing_sources') + var('web_sources')) }}

with raw_leads as (
    select * from {{ raw('marketo', 'lead', with_later=true) }}
),

deletions as (
    select distinct lead_id from {{ raw('marketo', 'activity_delete_lead') }}
),

-- A person whom Marketo shares with Salesforce is the record there, if Salesforce is read.
described as (
    select
        raw_leads.*,
        {% if 'salesforce' in var('crm_sources') -%}
        '{{ "salesforce:" if var("crm_sources") | length > 1 }}'
        || coalesce(nullif(raw_leads.sfdc_contact_id, ''), nullif(raw_leads.sfdc_lead_id, ''))
        {%- else -%}
        cast(null as string)
        {%- endif %} as crm_person_id,
        coalesce(raw_leads._fivetran_deleted, false) or deletions.lead_id is not null as is_deleted
    from raw_leads
    left join deletions on raw_leads.id = deletions.lead_id
),

leads as (
    select
        id as lead_id,
        coalesce(crm_person_id, 'marketo:' || id) as person_id,
        email,
        company,
        title,
        country,
        lead_source,
        lead_status,
        unsubscribed,
        crm_person_id is not null as is_in_crm,
        is_deleted,
        created_at
    from described
)

select * from leads
