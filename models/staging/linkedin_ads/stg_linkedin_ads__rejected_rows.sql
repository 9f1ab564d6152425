{{ config(enabled='linkedin_ads' in var('ad_sources'), materialized='table') }}

with rejected_rows as (
    {% for table in [
        'ad_analytics_by_campaign',
        'campaign_history',
        'account_history'
    ] -%}
    {{ rejected('linkedin_ads', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from rejected_rows
