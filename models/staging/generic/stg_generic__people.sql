{{ config(enabled='generic' in var('crm_sources')) }}

with raw_people as (
    select * from {{ raw('generic', 'people', with_later=true) }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        person_id,
        record_type,
        email,
        self_reported_source,
        account_id,
        company_name,
        job_title,
        country,
        lead_source,
        status,
        owner_id,
        converted_to_person_id,
        converted_opportunity_id,
        is_email_opted_out,
        converted_at,
        created_at
    from raw_people
)

select * from renamed
