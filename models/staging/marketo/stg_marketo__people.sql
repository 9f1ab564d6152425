{{ config(enabled='marketo' in var('marketing_sources')) }}

with leads as (select * from {{ ref('base_marketo__leads') }}),

merged_records as (select * from {{ ref('base_marketo__merges') }}),

-- The CRM delivers the others.
own_people as (
    select * from leads
    where
        not is_in_crm
        and not is_deleted
        and person_id not in (select merged_records.merged_id from merged_records)
),

renamed as (
    select
        'marketo' as source_system,
        person_id,
        'lead' as record_type,
        email,
        company as company_name,
        title as job_title,
        country,
        lead_source,
        lead_status as status,
        unsubscribed as is_email_opted_out,
        created_at
    from own_people
)

select * from renamed
