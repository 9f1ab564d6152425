{{ config(enabled='generic' in var('content_sources')) }}

with raw_content_items as (
    select * from {{ raw('generic', 'content_items') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        content_id,
        url_path,
        title,
        content_type,
        journey_stage,
        topic
    from raw_content_items
)

select * from renamed
