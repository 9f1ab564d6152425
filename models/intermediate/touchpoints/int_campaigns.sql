with campaigns as (select * from {{ ref('campaigns') }}),

campaign_type_channels as (select * from {{ ref('campaign_type_channels') }}),

with_channel as (
    select
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.campaign_type,
        coalesce(campaigns.channel, campaign_type_channels.channel, 'Unassigned') as channel,
        campaigns.lifecycle_motion,
        campaigns.currency,
        campaigns.budget,
        campaigns.actual_cost,
        campaigns.start_date,
        campaigns.end_date
    from campaigns
    left join campaign_type_channels
        on lower(campaigns.campaign_type) = campaign_type_channels.campaign_type
)

select * from with_channel
