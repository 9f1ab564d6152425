{%- set tables = own_tables() -%}
{{ config(enabled=tables != []) }}

with raw_totals as (
    {% for table in tables -%}
    {{ raw_total('generic', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_totals
