{{ config(enabled='marketo' in var('marketing_sources')) }}

with merged_records as (select * from {{ ref('base_marketo__merges') }}),

renamed as (
    select
        'marketo' as source_system,
        'person' as record_type,
        merged_id,
        survivor_id,
        email,
        merged_at
    from merged_records
)

select * from renamed
