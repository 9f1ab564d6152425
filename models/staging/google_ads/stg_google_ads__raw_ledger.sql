{{ config(enabled='google_ads' in var('ad_sources')) }}

with raw_ledger as (
    {% for table in ['campaign_stats', 'campaign_history', 'account_history'] -%}
    {{ raw_ledger('google_ads', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
