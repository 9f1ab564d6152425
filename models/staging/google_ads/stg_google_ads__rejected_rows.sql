{{ config(enabled='google_ads' in var('ad_sources'), materialized='table') }}

with rejected_rows as (
    {% for table in [
        'campaign_stats',
        'campaign_history',
        'account_history'
    ] -%}
    {{ rejected('google_ads', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from rejected_rows
