with ad_spend as (
    select
        *,
        lower(trim(platform)) as platform_key,
        lower(trim(network)) as network_key,
        upper(trim(currency)) as currency_code
    from {{ ref('ad_spend') }}
),

ad_channels as (
    select * from {{ ref('ad_channels') }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- As touches find their campaign: by the name in their utm_campaign.
crm_campaigns as (
    select
        lower(campaign_name) as utm_campaign,
        min(campaign_id) as crm_campaign_id
    from {{ ref('int_campaigns') }}
    group by lower(campaign_name)
),

-- The most particular rule wins: the network as it stands, its first part (the type of campaign),
-- the platform, any.
with_channel as (
    select
        ad_spend.*,
        coalesce(
            ad_spend.channel,
            by_network.channel,
            by_campaign_type.channel,
            by_platform.channel,
            by_default.channel,
            'Unassigned'
        ) as known_channel
    from ad_spend
    left outer join ad_channels as by_network
        on ad_spend.platform_key = by_network.platform and ad_spend.network_key = by_network.network
    left outer join ad_channels as by_campaign_type
        on
            ad_spend.platform_key = by_campaign_type.platform
            and split_part(ad_spend.network_key, ':', 1) = by_campaign_type.network
    left outer join ad_channels as by_platform
        on ad_spend.platform_key = by_platform.platform and by_platform.network = '*'
    left outer join ad_channels as by_default
        on by_default.platform = '*' and by_default.network = '*'
),

converted as (
    select
        with_channel.platform,
        with_channel.ad_account_id,
        with_channel.campaign_id,
        crm_campaigns.crm_campaign_id,
        with_channel.campaign_name,
        with_channel.known_channel as channel,
        with_channel.network,
        with_channel.currency_code as currency,
        with_channel.impressions,
        with_channel.clicks,
        with_channel.spend as source_spend,
        {{ to_reporting_currency(
            'with_channel.spend', 'with_channel.currency_code', 'exchange_rates.rate', 'with_channel.spend_date'
        ) }} as spend,
        with_channel.spend_date
    from with_channel
    left outer join exchange_rates
        on
            with_channel.currency_code = exchange_rates.currency
            and with_channel.spend_date = exchange_rates.rate_date
    left outer join crm_campaigns
        on
            lower(coalesce(with_channel.utm_campaign, with_channel.campaign_name))
            = crm_campaigns.utm_campaign
)

select * from converted
