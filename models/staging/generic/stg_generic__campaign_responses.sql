{{ config(enabled='generic' in var('crm_sources')) }}

with raw_campaign_responses as (
    select * from {{ raw('generic', 'campaign_responses') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        response_id,
        campaign_id,
        person_id,
        response_status,
        is_responded,
        responded_at
    from raw_campaign_responses
)

select * from renamed
