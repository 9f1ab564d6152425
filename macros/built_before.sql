{#
    The table that an earlier run left of a model to the right of this one, to compare with; none on a full refresh,
    where there is no table yet, and in unit tests (dbt gives them no graph).
#}
{% macro built_before(name) %}
    {%- if not execute or flags.FULL_REFRESH or not graph.get('sources') -%}{{ return(none) }}{%- endif -%}
    {{ return(adapter.get_relation(this.database, this.schema, name)) }}
{% endmacro %}
