{{ config(enabled='facebook_ads' in var('ad_sources')) }}

with campaign_days as (select * from {{ ref('base_facebook_ads__campaign_days') }}),

renamed as (
    select
        'facebook_ads' as source_system,
        'facebook_ads' as platform,
        ad_account_id,
        campaign_id,
        campaign_name,
        cast(null as string) as utm_campaign,
        cast(null as string) as channel,
        cast(null as string) as network,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        timezone_name as account_timezone,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        cast(spend as decimal(18, 2)) as spend,
        spend_date
    from campaign_days
)

select * from renamed
