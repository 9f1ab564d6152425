{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_contacts as (
    select * from {{ raw('salesforce', 'contact', with_later=true) }}
),

raw_leads as (
    select * from {{ raw('salesforce', 'lead', with_later=true) }}
),

contacts as (
    select
        'salesforce' as source_system,
        id as person_id,
        'contact' as record_type,
        email,
        self_reported_source_c as self_reported_source,
        account_id,
        -- A contact's company is its account.
        cast(null as string) as company_name,
        title as job_title,
        mailing_country as country,
        lead_source,
        status_c as status,
        owner_id,
        cast(null as string) as converted_to_person_id,
        cast(null as string) as converted_opportunity_id,
        has_opted_out_of_email as is_email_opted_out,
        cast(null as timestamp) as converted_at,
        created_date as created_at
    from raw_contacts
    where coalesce(is_deleted, false) = false and master_record_id is null
),

leads as (
    select
        'salesforce' as source_system,
        id as person_id,
        'lead' as record_type,
        email,
        self_reported_source_c as self_reported_source,
        case when converted_date >= {{ as_of_end() }} then null else converted_account_id end
            as account_id,
        company as company_name,
        title as job_title,
        country,
        lead_source,
        status,
        owner_id,
        converted_contact_id as converted_to_person_id,
        converted_opportunity_id,
        has_opted_out_of_email as is_email_opted_out,
        -- Salesforce keeps only the day of a conversion: on the day of creation, use the time of
        -- creation.
        case
            when cast(converted_date as date) = cast(created_date as date)
                then greatest(converted_date, created_date)
            else converted_date
        end as converted_at,
        created_date as created_at
    from raw_leads
    where coalesce(is_deleted, false) = false and master_record_id is null
),

people as (
    select * from contacts
    union all
    select * from leads
)

select * from people
