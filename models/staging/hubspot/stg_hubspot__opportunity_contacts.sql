{{ config(enabled='hubspot' in var('crm_sources')) }}

with deal_contacts as (select * from {{ ref('base_hubspot__deal_contacts') }}),

renamed as (
    select
        'hubspot' as source_system,
        deal_id as opportunity_id,
        contact_id as person_id,
        buying_role as contact_role,
        is_primary
    from deal_contacts
)

select * from renamed
