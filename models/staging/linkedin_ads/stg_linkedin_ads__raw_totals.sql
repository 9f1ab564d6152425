{{ config(enabled='linkedin_ads' in var('ad_sources')) }}

with raw_totals as (
    {{ raw_total('linkedin_ads', 'ad_analytics_by_campaign') }}
)

select * from raw_totals
