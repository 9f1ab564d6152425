{{ config(enabled='generic' in var('crm_sources')) }}

with raw_campaigns as (
    select * from {{ raw('generic', 'campaigns') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        campaign_id,
        campaign_name,
        campaign_type,
        channel,
        lifecycle_motion,
        currency,
        budget,
        actual_cost,
        start_date,
        end_date
    from raw_campaigns
)

select * from renamed
