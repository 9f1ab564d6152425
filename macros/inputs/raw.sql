{#
    Rows of one raw table that can be used, ready for a `from` clause: declared columns only, cast to the types
    declared in models/staging/<vendor>/_<vendor>__sources.yml, newest row per key. What cannot be used is
    returned by rejected(); every raw row comes out of exactly one of the two. with_later adds the rows dated after
    as_of, which rejected() lists all the same: they say which values of the export are later than as_of.
#}
{% macro raw(vendor, table, with_later=false) %}
    {%- set relation = raw_relation(vendor, table) -%}
    {%- if not execute -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set declared = raw_declaration(vendor, table) -%}
    (
        select {{ declared.columns.keys() | join(', ') }}
        from ({{ read_raw(relation, declared) }}) as read_rows
        where rejection_reason is null{{ " or rejection_reason = 'dated after as_of'" if with_later }}
    )
{%- endmacro %}
