{{ config(enabled='generic' in var('crm_sources')) }}

with raw_owners as (
    select * from {{ raw('generic', 'owners') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        owner_id,
        owner_name,
        team,
        manager_id,
        is_active
    from raw_owners
)

select * from renamed
