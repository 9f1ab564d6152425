{{ config(enabled='rudderstack' in var('web_sources')) }}

with raw_ledger as (
    {% for table in ['pages', 'tracks', 'identifies'] -%}
    {{ raw_ledger('rudderstack', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
