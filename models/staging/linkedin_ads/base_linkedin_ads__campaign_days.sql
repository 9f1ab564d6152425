{{ config(enabled='linkedin_ads' in var('ad_sources')) }}

with ad_analytics_by_campaign as (
    select * from {{ raw('linkedin_ads', 'ad_analytics_by_campaign') }}
),

campaign_history as (
    select * from {{ raw('linkedin_ads', 'campaign_history') }}
),

account_history as (
    select * from {{ raw('linkedin_ads', 'account_history') }}
),

newest_campaigns as (
    select
        id,
        account_id,
        name
    from campaign_history
    qualify row_number() over (
        partition by id
        order by {{ newest_version_first('last_modified_time') }}, name asc nulls last
    ) = 1
),

newest_accounts as (
    select
        id,
        currency
    from account_history
    qualify row_number() over (
        partition by id
        order by {{ newest_version_first('last_modified_time') }}, currency asc nulls last
    ) = 1
),

campaign_days as (
    select
        newest_campaigns.account_id as ad_account_id,
        ad_analytics_by_campaign.campaign_id,
        newest_campaigns.name as campaign_name,
        newest_accounts.currency,
        ad_analytics_by_campaign.impressions,
        ad_analytics_by_campaign.clicks,
        ad_analytics_by_campaign.cost_in_local_currency,
        ad_analytics_by_campaign.day as spend_date
    from ad_analytics_by_campaign
    left join newest_campaigns
        on ad_analytics_by_campaign.campaign_id = newest_campaigns.id
    left join newest_accounts
        on newest_campaigns.account_id = newest_accounts.id
)

select * from campaign_days
