{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_users as (
    select * from {{ raw('salesforce', 'user') }}
),

renamed as (
    select
        'salesforce' as source_system,
        id as owner_id,
        name as owner_name,
        department as team,
        manager_id,
        is_active
    from raw_users
)

select * from renamed
