{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_ledger as (
    {% for table in [
        'account',
        'contact',
        'lead',
        'opportunity',
        'opportunity_history',
        'opportunity_field_history',
        'lead_history',
        'opportunity_contact_role',
        'campaign',
        'campaign_member',
        'task',
        'event',
        'user'
    ] -%}
    {{ raw_ledger('salesforce', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
