with delivered as (
    {{ union_sources(['ad_sources'], 'ad_spend') }}
),

ad_platforms as (select * from {{ ref('ad_platforms') }}),

ad_spend as (
    select
        delivered.source_system,
        coalesce(ad_platforms.platform, {{ name_key('delivered.platform') }}) as platform,
        delivered.ad_account_id,
        delivered.campaign_id,
        delivered.campaign_name,
        delivered.utm_campaign,
        delivered.channel,
        delivered.network,
        delivered.currency,
        delivered.account_timezone,
        delivered.impressions,
        delivered.clicks,
        delivered.spend,
        delivered.spend_date
    from delivered
    left join ad_platforms
        on {{ name_key('delivered.platform') }} = {{ name_key('ad_platforms.alias') }}
)

select * from ad_spend
