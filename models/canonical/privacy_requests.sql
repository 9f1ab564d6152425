with delivered as (
    {{ union_sources(['privacy_sources'], 'privacy_requests') }}
),

erased_identifiers as (select * from {{ ref('erased_identifiers') }}),

privacy_requests as (
    select
        delivered.source_system,
        delivered.subject_type,
        coalesce(erased_identifiers.replacement, delivered.subject_id) as subject_id,
        delivered.request_type,
        delivered.effective_at
    from delivered
    left join erased_identifiers
        on
            case delivered.subject_type
                when 'device' then {{ erasure_key('delivered.subject_id', "'device'") }}
                when 'email' then {{ erasure_key('lower(trim(delivered.subject_id))') }}
                else {{ erasure_key('delivered.subject_id') }}
            end = erased_identifiers.identifier_key
)

select * from privacy_requests
