{{ config(enabled='linkedin_ads' in var('ad_sources')) }}

with campaign_days as (select * from {{ ref('base_linkedin_ads__campaign_days') }}),

renamed as (
    select
        'linkedin_ads' as source_system,
        'linkedin_ads' as platform,
        ad_account_id,
        campaign_id,
        campaign_name,
        cast(null as string) as utm_campaign,
        cast(null as string) as channel,
        cast(null as string) as network,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        cast(null as string) as account_timezone,
        impressions,
        clicks,
        cost_in_local_currency as spend,
        spend_date
    from campaign_days
)

select * from renamed
