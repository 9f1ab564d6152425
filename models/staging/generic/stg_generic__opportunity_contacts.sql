{{ config(enabled='generic' in var('crm_sources')) }}

with raw_opportunity_contacts as (
    select * from {{ raw('generic', 'opportunity_contacts') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        opportunity_id,
        person_id,
        contact_role,
        is_primary,
        created_at
    from raw_opportunity_contacts
)

select * from renamed
