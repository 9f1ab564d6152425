{{ config(enabled='facebook_ads' in var('ad_sources')) }}

with raw_ledger as (
    {% for table in ['basic_ad', 'ad_history', 'campaign_history', 'account_history'] -%}
    {{ raw_ledger('facebook_ads', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
