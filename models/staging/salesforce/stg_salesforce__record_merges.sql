{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_accounts as (
    select * from {{ raw('salesforce', 'account') }}
),

raw_contacts as (
    select * from {{ raw('salesforce', 'contact') }}
),

raw_leads as (
    select * from {{ raw('salesforce', 'lead') }}
),

merged as (
    select
        'account' as record_type,
        id as merged_id,
        master_record_id as survivor_id,
        cast(null as string) as email
    from raw_accounts
    where master_record_id is not null
    union all
    select
        'person' as record_type,
        id as merged_id,
        master_record_id as survivor_id,
        email
    from raw_contacts
    where master_record_id is not null
    union all
    select
        'person' as record_type,
        id as merged_id,
        master_record_id as survivor_id,
        email
    from raw_leads
    where master_record_id is not null
),

renamed as (
    select
        'salesforce' as source_system,
        record_type,
        merged_id,
        survivor_id,
        email,
        -- Salesforce does not record the time.
        cast(null as timestamp) as merged_at
    from merged
)

select * from renamed
