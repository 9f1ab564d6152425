{{ config(enabled='generic' in var('ad_sources')) }}

with raw_ad_spend as (
    select * from {{ raw('generic', 'ad_spend') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        platform,
        ad_account_id,
        campaign_id,
        campaign_name,
        utm_campaign,
        channel,
        network,
        currency,
        account_timezone,
        impressions,
        clicks,
        spend,
        spend_date
    from raw_ad_spend
)

select * from renamed
