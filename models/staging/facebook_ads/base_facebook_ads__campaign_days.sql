{{ config(enabled='facebook_ads' in var('ad_sources')) }}

with basic_ad as (select * from {{ raw('facebook_ads', 'basic_ad') }}),

ad_history as (select * from {{ raw('facebook_ads', 'ad_history') }}),

campaign_history as (select * from {{ raw('facebook_ads', 'campaign_history') }}),

account_history as (select * from {{ raw('facebook_ads', 'account_history') }}),

newest_ads as (
    select
        id,
        campaign_id
    from ad_history
    qualify row_number() over (
        partition by id
        order by {{ newest_version_first('updated_time') }}, campaign_id asc nulls last
    ) = 1
),

newest_campaigns as (
    select
        id,
        name
    from campaign_history
    qualify row_number() over (
        partition by id order by {{ newest_version_first('updated_time') }}, name asc nulls last
    ) = 1
),

newest_accounts as (
    select
        id,
        currency,
        timezone_name
    from account_history
    qualify row_number() over (
        partition by id
        order by {{ newest_version_first('_fivetran_synced') }}, currency asc nulls last
    ) = 1
),

campaign_days as (
    select
        basic_ad.account_id as ad_account_id,
        newest_ads.campaign_id,
        newest_campaigns.name as campaign_name,
        newest_accounts.currency,
        newest_accounts.timezone_name,
        basic_ad.date as spend_date,
        sum(basic_ad.impressions) as impressions,
        sum(basic_ad.inline_link_clicks) as clicks,
        sum(basic_ad.spend) as spend
    from basic_ad
    left join newest_ads on basic_ad.ad_id = newest_ads.id
    left join newest_campaigns on newest_ads.campaign_id = newest_campaigns.id
    left join newest_accounts on basic_ad.account_id = newest_accounts.id
    group by all
)

select * from campaign_days
