{#
    What one raw table holds, whatever is done with it afterwards: its rows, the sum of its declared measure, and how
    much of it is readable but left out on purpose (meta left_out: deleted, merged). Meta rows_of / amount_of name the
    canonical entity of which each row is one row, or to which the measure adds up; rounded_per says by what a measure
    finer than a cent is summed before it is rounded. A table without measure is only counted.
#}
{% macro raw_total(vendor, table) %}
    {%- set relation = raw_relation(vendor, table) -%}
    {%- if not execute -%}{{ return('select * from ' ~ relation) }}{%- endif -%}
    {%- set declared = raw_declaration(vendor, table) -%}
    {%- set meta = declared.config.meta -%}
    {%- set own_entity = table if 'model.' ~ project_name ~ '.' ~ table in graph.nodes else none -%}
    {%- set is_scanned = meta.get('measure') or meta.get('left_out') -%}
    {%- set left_out = 'rejection_reason is null and (' ~ meta.get('left_out', '1 = 0') ~ ')' if is_scanned -%}
    {%- set groups = meta.get('rounded_per', []) + (['rejection_reason is null'] if is_scanned else []) -%}
    select
        '{{ vendor }}' as source_system,
        '{{ table }}' as raw_table,
        {{ text_or_null(meta.get('rows_of', own_entity)) }} as rows_of,
        {{ text_or_null(meta.get('amount_of', own_entity if meta.get('measure'))) }} as amount_of,
        {{ 'source_system' in declared.columns }} as has_own_source_names,
        cast(coalesce(sum(rows_count), 0) as bigint) as rows_count,
        cast(coalesce(sum(amount), 0) as decimal(18, 2)) as amount,
        cast(coalesce(sum(left_out_rows_count), 0) as bigint) as left_out_rows_count,
        cast(coalesce(sum(left_out_amount), 0) as decimal(18, 2)) as left_out_amount
    from (
        select
            count(*) as rows_count,
            {%- if is_scanned %}
            cast(sum(raw_amount) as decimal(18, 2)) as amount,
            count(*) filter (where {{ left_out }}) as left_out_rows_count,
            cast(sum(raw_amount) filter (where {{ left_out }}) as decimal(18, 2)) as left_out_amount
        from ({{ read_raw(relation, declared) }}) as read_rows
            {%- else %}
            cast(null as decimal(18, 2)) as amount,
            0 as left_out_rows_count,
            cast(null as decimal(18, 2)) as left_out_amount
        from {{ relation }}
            {%- endif %}
        {%- if groups %}
        group by {{ groups | join(', ') }}
        {%- endif %}
    ) as grouped_rows
{% endmacro %}

{% macro text_or_null(text) -%}
    cast({{ "'" ~ text ~ "'" if text else 'null' }} as string)
{%- endmacro %}
