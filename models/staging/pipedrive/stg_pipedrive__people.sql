{{ config(enabled='pipedrive' in var('crm_sources')) }}

with raw_persons as (
    select * from {{ raw('pipedrive', 'persons', with_later=true) }}
),

renamed as (
    select
        'pipedrive' as source_system,
        id as person_id,
        'contact' as record_type,
        primary_email as email,
        org_id as account_id,
        org_name as company_name,
        job_title,
        owner_id,
        lower(marketing_status) = 'unsubscribed' as is_email_opted_out,
        add_time as created_at
    from raw_persons
    where coalesce(active_flag, true)
)

select * from renamed
