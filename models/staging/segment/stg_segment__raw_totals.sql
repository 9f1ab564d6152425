{{ config(enabled='segment' in var('web_sources')) }}

with raw_totals as (
    {% for table in [
        'pages',
        'tracks',
        'identifies'
    ] -%}
    {{ raw_total('segment', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_totals
