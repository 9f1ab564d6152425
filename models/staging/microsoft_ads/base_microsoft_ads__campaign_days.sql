{{ config(enabled='microsoft_ads' in var('ad_sources')) }}

with report as (
    select * from {{ raw('microsoft_ads', 'campaign_performance_daily_report') }}
),

campaign_history as (select * from {{ raw('microsoft_ads', 'campaign_history') }}),

account_history as (select * from {{ raw('microsoft_ads', 'account_history') }}),

newest_campaigns as (
    select
        id,
        name
    from campaign_history
    qualify row_number() over (
        partition by id order by {{ newest_version_first('modified_time') }}, name asc nulls last
    ) = 1
),

newest_accounts as (
    select
        id,
        currency_code
    from account_history
    qualify row_number() over (
        partition by id
        order by
            {{ newest_version_first('last_modified_time') }}, currency_code asc nulls last
    ) = 1
),

campaign_days as (
    select
        report.account_id as ad_account_id,
        report.campaign_id,
        newest_campaigns.name as campaign_name,
        lower(report.ad_distribution) as network,
        coalesce(report.currency_code, newest_accounts.currency_code) as currency,
        report.date as spend_date,
        sum(report.impressions) as impressions,
        sum(report.clicks) as clicks,
        sum(report.spend) as spend
    from report
    left join newest_campaigns on report.campaign_id = newest_campaigns.id
    left join newest_accounts on report.account_id = newest_accounts.id
    group by all
)

select * from campaign_days
