{{ config(enabled='google_ads' in var('ad_sources')) }}

with raw_totals as (
    {{ raw_total('google_ads', 'campaign_stats') }}
)

select * from raw_totals
