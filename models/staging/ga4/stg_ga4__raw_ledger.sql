{{ config(enabled='ga4' in var('web_sources')) }}

with raw_ledger as (
    {% for table in ['events', 'event'] -%}
    {{ raw_ledger('ga4', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
