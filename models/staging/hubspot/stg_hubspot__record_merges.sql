{{ config(enabled='hubspot' in var('crm_sources')) }}

with merged_records as (select * from {{ ref('base_hubspot__merges') }}),

renamed as (
    select
        'hubspot' as source_system,
        record_type,
        merged_id,
        survivor_id,
        email,
        merged_at
    from merged_records
)

select * from renamed
