{{ config(enabled='pipedrive' in var('crm_sources')) }}

with raw_deals as (
    select * from {{ raw('pipedrive', 'deals') }}
),

renamed as (
    select
        'pipedrive' as source_system,
        id as opportunity_id,
        person_id,
        true as is_primary,
        add_time as created_at
    from raw_deals
    where person_id is not null
)

select * from renamed
