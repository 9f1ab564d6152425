{# A view (Spark: an unmanaged table under a view) of a user's table or of a Parquet or CSV file, CSV as text. #}
{% macro create_raw_view(name, relation, file) %}{{ return(adapter.dispatch('create_raw_view')(name, relation, file)) }}{% endmacro %}

{% macro duckdb__create_raw_view(name, relation, file) %}
    {%- if relation -%}
        {%- set rows = relation | string -%}
    {%- elif file.format == 'parquet' -%}
        {%- set rows = "read_parquet('" ~ file.path ~ "', union_by_name = true)" -%}
    {%- else -%}
        {#- Left to guess, DuckDB takes a row that starts with '#' for a comment and drops it. -#}
        {%- set rows = "read_csv('" ~ file.path ~ "', all_varchar = true, header = true, skip = 0, comment = ''"
            ~ ", delim = ',', quote = '\"', escape = '\"', union_by_name = true)" -%}
    {%- endif -%}
    {%- do run_query('create or replace view ' ~ name ~ ' as select * from ' ~ rows) -%}
{% endmacro %}

{% macro spark__create_raw_view(name, relation, file) %}
    {%- if relation -%}
        {%- do run_query('create or replace view ' ~ name ~ ' as select * from ' ~ relation) -%}
    {%- else -%}
        {%- do run_query('drop table if exists ' ~ name ~ '__files') -%}
        {%- do run_query('create table ' ~ name ~ '__files using ' ~ file.format
            ~ " options (path '" ~ file.path ~ "', header 'true', multiLine 'true', quote '\"', escape '\"', mode 'failfast')") -%}
        {%- do run_query('create or replace view ' ~ name ~ ' as select * from ' ~ name ~ '__files') -%}
    {%- endif -%}
{% endmacro %}
