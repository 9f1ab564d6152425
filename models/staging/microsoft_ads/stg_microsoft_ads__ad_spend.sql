{{ config(enabled='microsoft_ads' in var('ad_sources')) }}

with campaign_days as (select * from {{ ref('base_microsoft_ads__campaign_days') }}),

renamed as (
    select
        'microsoft_ads' as source_system,
        'microsoft_ads' as platform,
        ad_account_id,
        campaign_id,
        campaign_name,
        cast(null as string) as utm_campaign,
        cast(null as string) as channel,
        network,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        -- Its names of time zones are its own, such as PacificTimeUSCanadaTijuana.
        cast(null as string) as account_timezone,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        cast(spend as decimal(18, 2)) as spend,
        spend_date
    from campaign_days
)

select * from renamed
