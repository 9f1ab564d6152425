{{ config(enabled='pipedrive' in var('crm_sources')) }}

with raw_ledger as (
    {% for table in ['organizations', 'persons', 'deals'] -%}
    {{ raw_ledger('pipedrive', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
