with ad_spend as (
    select
        *,
        coalesce(campaign_id, campaign_name, utm_campaign) as platform_campaign_id,
        {{ name_key('network') }} as network_key,
        upper(trim(currency)) as currency_code
    from {{ ref('ad_spend') }}
),

ad_platforms as (select * from {{ ref('ad_platforms') }}),

-- Rules may use any alias of a platform, as ad_spend may.
ad_channels as (
    select
        coalesce(ad_platforms.platform, {{ name_key('rules.platform') }}) as platform,
        {{ name_key('rules.network') }} as network,
        rules.channel
    from {{ ref('ad_channels') }} as rules
    left outer join ad_platforms
        on {{ name_key('rules.platform') }} = {{ name_key('ad_platforms.alias') }}
),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

ad_campaigns as (select * from {{ ref('int_ad_campaigns') }}),

-- The most specific rule applies: the whole network, its first part (the campaign type), the
-- platform, the catch-all.
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
        ) as known_channel,
        coalesce(
            ad_spend.channel, by_network.channel, by_campaign_type.channel, by_platform.channel
        ) is not null as is_channel_known
    from ad_spend
    left outer join ad_channels as by_network
        on ad_spend.platform = by_network.platform and ad_spend.network_key = by_network.network
    left outer join ad_channels as by_campaign_type
        on
            ad_spend.platform = by_campaign_type.platform
            and split_part(ad_spend.network_key, ':', 1) = by_campaign_type.network
    left outer join ad_channels as by_platform
        on ad_spend.platform = by_platform.platform and by_platform.network = '*'
    left outer join ad_channels as by_default
        on by_default.platform = '*' and by_default.network = '*'
),

converted as (
    select
        with_channel.platform,
        with_channel.ad_account_id,
        with_channel.platform_campaign_id,
        ad_campaigns.campaign_id,
        with_channel.campaign_name,
        with_channel.utm_campaign,
        with_channel.known_channel as channel,
        with_channel.network,
        with_channel.currency_code as currency,
        with_channel.impressions,
        with_channel.clicks,
        with_channel.spend as source_spend,
        {{ to_reporting_currency(
            'with_channel.spend', 'with_channel.currency_code', 'exchange_rates.rate', 'with_channel.spend_date'
        ) }} as spend,
        with_channel.is_channel_known,
        with_channel.spend_date
    from with_channel
    left outer join exchange_rates
        on
            with_channel.currency_code = exchange_rates.currency
            and with_channel.spend_date = exchange_rates.rate_date
    left outer join ad_campaigns
        on
            with_channel.platform = ad_campaigns.platform
            and with_channel.platform_campaign_id = ad_campaigns.platform_campaign_id
)

select * from converted
