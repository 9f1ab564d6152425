{# A query that lists the files one and two levels below a folder: path, size in bytes. #}
{% macro list_files_sql(root) %}{{ return(adapter.dispatch('list_files_sql')(root)) }}{% endmacro %}

{% macro duckdb__list_files_sql(root) -%}
    select filename as path, size from read_blob('{{ root }}/*/*.*')
    union all
    select filename as path, size from read_blob('{{ root }}/*/*/*.*')
    order by path
{%- endmacro %}

{% macro spark__list_files_sql(root) -%}
    select path, length as size from binaryFile.`{{ root }}/*/*` order by path
{%- endmacro %}
