-- A platform that reports no campaign id reports a name.
with ad_spend as (
    select
        platform,
        coalesce(campaign_id, campaign_name, utm_campaign) as platform_campaign_id,
        campaign_name,
        utm_campaign,
        spend_date
    from {{ ref('ad_spend') }}
    where coalesce(campaign_id, campaign_name, utm_campaign) is not null
),

newest as (
    select
        platform,
        platform_campaign_id,
        campaign_name,
        coalesce(utm_campaign, campaign_name) as link_name
    from ad_spend
    qualify row_number() over (
        partition by platform, platform_campaign_id
        order by
            spend_date desc nulls last,
            campaign_name asc nulls last,
            utm_campaign asc nulls last
    ) = 1
),

crm_campaigns as (select campaign_id from {{ ref('campaigns') }}),

crm_names as (
    select
        lower(campaign_name) as campaign_name,
        min(campaign_id) as campaign_id
    from {{ ref('campaigns') }}
    group by lower(campaign_name)
),

claimed as (
    select
        newest.platform,
        newest.platform_campaign_id,
        newest.campaign_name,
        newest.link_name,
        coalesce(crm_campaigns.campaign_id, crm_names.campaign_id) as crm_campaign_id,
        count(*) over (partition by newest.platform_campaign_id) as platforms_count
    from newest
    left join crm_campaigns on newest.platform_campaign_id = crm_campaigns.campaign_id
    left join crm_names on lower(newest.link_name) = crm_names.campaign_name
),

-- The platform is part of the id only where two platforms use the same one.
ad_campaigns as (
    select
        platform,
        platform_campaign_id,
        case
            when crm_campaign_id is not null then crm_campaign_id
            when platforms_count > 1 then platform || ':' || platform_campaign_id
            else platform_campaign_id
        end as campaign_id,
        coalesce(campaign_name, link_name, platform_campaign_id) as campaign_name,
        crm_campaign_id is not null as is_in_crm
    from claimed
)

select * from ad_campaigns
