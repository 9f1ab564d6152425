{{ config(enabled='generic' in var('privacy_sources')) }}

with raw_privacy_requests as (
    select * from {{ raw('generic', 'privacy_requests') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        subject_type,
        subject_id,
        request_type,
        effective_at
    from raw_privacy_requests
)

select * from renamed
