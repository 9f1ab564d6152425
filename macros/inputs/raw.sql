{#
    Rows of one raw table that can be used, ready for a `from` clause: declared columns only, cast to the types
    declared in models/staging/<vendor>/_<vendor>__sources.yml, newest row per key. What cannot be used is
    returned by rejected(); every raw row comes out of exactly one of the two.
#}
{% macro raw(vendor, table) %}
    {%- set relation = raw_relation(vendor, table) -%}
    {%- if not execute -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set declared = raw_declaration(vendor, table) -%}
    (
        select {{ declared.columns.keys() | join(', ') }}
        from ({{ read_raw(relation, declared) }}) as read_rows
        where rejection_reason is null
    )
{%- endmacro %}
