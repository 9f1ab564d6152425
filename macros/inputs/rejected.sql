{# Rows of one raw table that are set aside, each with its reason and its raw content. The counterpart of raw(). #}
{% macro rejected(vendor, table) %}
    {%- set relation = raw_relation(vendor, table) -%}
    {%- if not execute -%}
        select * from {{ relation }}
    {%- else -%}
    select
        '{{ vendor }}' as source_system,
        '{{ table }}' as raw_table,
        raw_id,
        rejection_reason,
        raw_row,
        raw_amount
    from ({{ read_raw(relation, raw_declaration(vendor, table), only_suspects=true) }}) as read_rows
    where rejection_reason is not null
    {%- endif -%}
{%- endmacro %}
