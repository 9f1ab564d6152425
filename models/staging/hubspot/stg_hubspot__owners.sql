{{ config(enabled='hubspot' in var('crm_sources')) }}

with owners as (select * from {{ ref('base_hubspot__owners') }}),

renamed as (
    select
        'hubspot' as source_system,
        owner_id,
        coalesce(
            nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), email
        ) as owner_name,
        team,
        is_active
    from owners
)

select * from renamed
