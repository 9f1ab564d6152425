{# A table expression: the rows of a Parquet file. #}
{% macro parquet_rows(path) %}{{ return(adapter.dispatch('parquet_rows')(path)) }}{% endmacro %}

{% macro duckdb__parquet_rows(path) -%}
    read_parquet('{{ path }}')
{%- endmacro %}

{% macro spark__parquet_rows(path) -%}
    parquet.`{{ path }}`
{%- endmacro %}
