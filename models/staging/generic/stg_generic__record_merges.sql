{{ config(enabled='generic' in var('crm_sources')) }}

with raw_record_merges as (
    select * from {{ raw('generic', 'record_merges') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        record_type,
        merged_id,
        survivor_id,
        email,
        merged_at
    from raw_record_merges
)

select * from renamed
