{{ config(enabled='segment' in var('web_sources'), materialized='table') }}

with rejected_rows as (
    {% for table in [
        'pages',
        'tracks',
        'identifies'
    ] -%}
    {{ rejected('segment', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from rejected_rows
