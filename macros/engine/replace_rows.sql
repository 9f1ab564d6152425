{# Replaces all rows of a table by those of a query with the same columns in the same order. #}
{% macro replace_rows(relation, query) %}{{ return(adapter.dispatch('replace_rows')(relation, query)) }}{% endmacro %}

{% macro duckdb__replace_rows(relation, query) -%}
    create or replace table {{ relation }} as {{ query }}
{%- endmacro %}

{% macro spark__replace_rows(relation, query) -%}
    insert overwrite table {{ relation }} {{ query }}
{%- endmacro %}
