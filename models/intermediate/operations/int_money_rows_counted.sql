{%- set amounts = {
    'ad_spend': 'spend',
    'subscriptions': 'null',
    'revenue_lines': 'amount',
} -%}

with counted as (
    {%- for entity, amount in amounts.items() %}
    select
        source_system,
        '{{ entity }}' as entity,
        count(*) as rows_count,
        coalesce(cast(sum({{ amount }}) as decimal(18, 2)), 0) as amount
    from {{ ref(entity) }}
    group by source_system
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from counted
