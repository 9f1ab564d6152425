{{ config(enabled='linkedin_ads' in var('ad_sources')) }}

with raw_ledger as (
    {% for table in ['ad_analytics_by_campaign', 'campaign_history', 'account_history'] -%}
    {{ raw_ledger('linkedin_ads', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
