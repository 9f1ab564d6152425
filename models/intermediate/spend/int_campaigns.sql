with crm_campaigns as (select * from {{ ref('campaigns') }}),

campaign_type_channels as (select * from {{ ref('campaign_type_channels') }}),

ad_campaigns as (
    select * from {{ ref('int_ad_campaigns') }}
    where not is_in_crm
),

channel_spend as (
    select
        campaign_id,
        channel,
        sum(spend) as spend
    from {{ ref('int_ad_spend') }}
    where campaign_id is not null
    group by campaign_id, channel
),

-- An ad campaign can run in several channels. Take the one with the highest spend.
ad_channels as (
    select
        campaign_id,
        channel
    from channel_spend
    qualify row_number() over (
        partition by campaign_id order by spend desc nulls last, channel asc nulls last
    ) = 1
),

campaigns as (
    select
        crm_campaigns.campaign_id,
        cast(null as string) as platform,
        crm_campaigns.campaign_name,
        crm_campaigns.campaign_type,
        coalesce(crm_campaigns.channel, campaign_type_channels.channel, 'Unassigned') as channel,
        crm_campaigns.lifecycle_motion,
        coalesce(crm_campaigns.launched_by, 'marketing') as launched_by,
        crm_campaigns.currency,
        crm_campaigns.budget,
        crm_campaigns.actual_cost,
        crm_campaigns.start_date,
        crm_campaigns.end_date
    from crm_campaigns
    left join campaign_type_channels
        on lower(crm_campaigns.campaign_type) = campaign_type_channels.campaign_type
    union all
    select
        ad_campaigns.campaign_id,
        ad_campaigns.platform,
        ad_campaigns.campaign_name,
        cast(null as string) as campaign_type,
        ad_channels.channel,
        cast(null as string) as lifecycle_motion,
        'marketing' as launched_by,
        cast(null as string) as currency,
        cast(null as decimal(18, 2)) as budget,
        cast(null as decimal(18, 2)) as actual_cost,
        cast(null as date) as start_date,
        cast(null as date) as end_date
    from ad_campaigns
    left join ad_channels on ad_campaigns.campaign_id = ad_channels.campaign_id
)

select * from campaigns
