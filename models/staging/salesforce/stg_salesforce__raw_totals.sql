{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_totals as (
    {% for table in [
        'account',
        'contact',
        'lead',
        'opportunity',
        'campaign',
        'campaign_member',
        'user'
    ] -%}
    {{ raw_total('salesforce', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_totals
