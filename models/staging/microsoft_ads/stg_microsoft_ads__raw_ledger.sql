{{ config(enabled='microsoft_ads' in var('ad_sources')) }}

with raw_ledger as (
    {% for table in ['campaign_performance_daily_report', 'campaign_history', 'account_history'] -%}
    {{ raw_ledger('microsoft_ads', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
