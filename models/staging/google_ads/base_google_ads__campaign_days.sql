{{ config(enabled='google_ads' in var('ad_sources')) }}

with campaign_stats as (
    select * from {{ raw('google_ads', 'campaign_stats') }}
),

campaign_history as (
    select * from {{ raw('google_ads', 'campaign_history') }}
),

account_history as (
    select * from {{ raw('google_ads', 'account_history') }}
),

newest_campaigns as (
    select
        id,
        name,
        advertising_channel_type
    from campaign_history
    qualify row_number() over (
        partition by id
        order by {{ newest_version_first('updated_at') }}, name asc nulls last
    ) = 1
),

newest_accounts as (
    select
        id,
        currency_code,
        time_zone
    from account_history
    qualify row_number() over (
        partition by id
        order by {{ newest_version_first('updated_at') }}, currency_code asc nulls last
    ) = 1
),

-- Sum devices in micros, before rounding.
campaign_days as (
    select
        campaign_stats.customer_id as ad_account_id,
        campaign_stats.id as campaign_id,
        nullif(
            lower(concat_ws(
                ':', newest_campaigns.advertising_channel_type, campaign_stats.ad_network_type
            )), ''
        ) as network,
        newest_campaigns.name as campaign_name,
        newest_accounts.currency_code,
        newest_accounts.time_zone,
        campaign_stats.date as spend_date,
        sum(campaign_stats.impressions) as impressions,
        sum(campaign_stats.clicks) as clicks,
        sum(campaign_stats.cost_micros) as cost_micros
    from campaign_stats
    left join newest_campaigns
        on campaign_stats.id = newest_campaigns.id
    left join newest_accounts
        on campaign_stats.customer_id = newest_accounts.id
    group by all
),

-- Running cost of the account, this row included, for the rounding in stg_google_ads__ad_spend.
accumulated as (
    select
        *,
        sum(cost_micros) over (
            partition by ad_account_id
            order by
                spend_date asc nulls first, campaign_id asc nulls first, network asc nulls first
            rows between unbounded preceding and current row
        ) as account_cost_micros
    from campaign_days
)

select * from accumulated
