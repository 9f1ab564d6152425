with traffic_channels as (select * from {{ ref('int_traffic_channels') }}),

ad_platforms as (select * from {{ ref('ad_platforms') }}),

channels as (select * from {{ ref('channels') }}),

ad_spend as (select * from {{ ref('int_ad_spend') }}),

traffic as (
    select
        traffic_channels.traffic_key,
        coalesce(channels.media_type = 'paid', false) as is_paid,
        coalesce(ad_platforms.platform, {{ name_key('traffic_channels.source') }}) as platform,
        lower(traffic_channels.url_campaign_id) as url_campaign_id,
        lower(traffic_channels.campaign) as utm_campaign
    from traffic_channels
    left join channels on traffic_channels.channel = channels.channel
    left join ad_platforms
        on {{ name_key('traffic_channels.source') }} = {{ name_key('ad_platforms.alias') }}
),

-- A link carries the id, the name or the utm_campaign that its ad had at the time.
ad_labels as (
    select
        platform,
        lower(platform_campaign_id) as label,
        campaign_id
    from ad_spend
    union distinct
    select
        platform,
        lower(campaign_name) as label,
        campaign_id
    from ad_spend
    union distinct
    select
        platform,
        lower(utm_campaign) as label,
        campaign_id
    from ad_spend
),

platform_labels as (
    select
        platform,
        label,
        min(campaign_id) as campaign_id
    from ad_labels
    group by platform, label
),

crm_ids as (
    select
        lower(campaign_id) as label,
        min(campaign_id) as campaign_id
    from {{ ref('int_campaigns') }}
    where platform is null
    group by lower(campaign_id)
),

crm_names as (
    select
        lower(campaign_name) as label,
        min(campaign_id) as campaign_id
    from {{ ref('int_campaigns') }}
    where platform is null
    group by lower(campaign_name)
),

named as (
    select
        traffic.traffic_key,
        traffic.platform,
        traffic.is_paid,
        coalesce(
            crm_by_id.campaign_id,
            ad_by_id.campaign_id,
            ad_by_name.campaign_id,
            crm_by_name.campaign_id
        ) as campaign_id
    from traffic
    left join crm_ids as crm_by_id on traffic.url_campaign_id = crm_by_id.label
    left join platform_labels as ad_by_id
        on traffic.platform = ad_by_id.platform and traffic.url_campaign_id = ad_by_id.label
    left join platform_labels as ad_by_name
        on traffic.platform = ad_by_name.platform and traffic.utm_campaign = ad_by_name.label
    left join crm_names as crm_by_name on traffic.utm_campaign = crm_by_name.label
),

advertised as (
    select distinct
        platform,
        campaign_id
    from ad_spend
),

platforms as (
    select distinct platform
    from ad_spend
),

-- Traffic comes from an ad if it names a campaign of its platform, or is paid and names none.
traffic_campaigns as (
    select
        named.traffic_key,
        case
            when named.campaign_id is null and named.is_paid then platforms.platform
            else advertised.platform
        end as ad_platform,
        named.campaign_id
    from named
    left join platforms on named.platform = platforms.platform
    left join advertised
        on named.platform = advertised.platform and named.campaign_id = advertised.campaign_id
)

select * from traffic_campaigns
where campaign_id is not null or ad_platform is not null
