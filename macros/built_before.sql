{#
    The table of a later model as an earlier run left it, to compare with. None on a full refresh, before the first run, and
    in unit tests (which have no graph in dbt 1.11).
#}
{% macro built_before(name) %}
    {%- if not execute or flags.FULL_REFRESH or not graph.get('sources') -%}{{ return(none) }}{%- endif -%}
    {{ return(adapter.get_relation(this.database, this.schema, name)) }}
{% endmacro %}
