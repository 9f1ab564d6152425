{#
    Files of the user's data. A view of a user's table, or of a Parquet or CSV file with its columns as text. On Spark the
    view reads an unmanaged table.
#}
{% macro create_raw_view(name, relation, file) %}{{ return(adapter.dispatch('create_raw_view')(name, relation, file)) }}{% endmacro %}

{% macro duckdb__create_raw_view(name, relation, file) %}
    {%- if relation -%}
        {%- set rows = relation | string -%}
    {%- else -%}
        {%- set rows = rows_of_files(file.path, file.format, file.get('delimiter', ',')) -%}
    {%- endif -%}
    {%- do run_query('create or replace view ' ~ name ~ ' as select * from ' ~ rows) -%}
{% endmacro %}

{# A table expression of DuckDB: the rows of files, those of CSV as text. The raw audit of the pipeline reads with it too. #}
{% macro rows_of_files(path, format, delimiter=',') -%}
    {%- if format == 'parquet' -%}
        read_parquet('{{ path }}', union_by_name = true)
    {%- else -%}
        {#- By default, DuckDB drops rows that start with '#' as comments. -#}
        read_csv(
            '{{ path }}', all_varchar = true, header = true, skip = 0, comment = '', delim = '{{ delimiter }}', quote = '"',
            escape = '"', union_by_name = true
        )
    {%- endif -%}
{%- endmacro %}

{#
    A number as an export with other separators writes it (var csv_formats), in the way that the build reads; any other text
    as it is. Styles are named by the number 1200.50: `1.200,50` and `1,200.50`.
#}
{% macro number_of_style(name, style) -%}
    {%- set marks = {'1.200,50': ['.', ','], '1,200.50': [',', '.']} -%}
    {%- if style not in marks -%}
        {{ exceptions.raise_compiler_error("Var csv_formats: numbers are written as '1.200,50' or '1,200.50', not as '" ~ style ~ "'.") }}
    {%- endif -%}
    {%- set thousands, decimals = marks[style] -%}
    case
        when {{ matches(name, "'^ *[+-]?([0-9]{1,3}([" ~ thousands ~ "][0-9]{3})+|[0-9]+)([" ~ decimals ~ "][0-9]+)? *$'") }}
            then replace(replace({{ name }}, '{{ thousands }}', ''), '{{ decimals }}', '.')
        else {{ name }}
    end
{%- endmacro %}

{% macro spark__create_raw_view(name, relation, file) %}
    {%- if relation -%}
        {%- do run_query('create or replace view ' ~ name ~ ' as select * from ' ~ relation) -%}
    {%- else -%}
        {%- do run_query('drop table if exists ' ~ name ~ '__files') -%}
        {%- do run_query('create table ' ~ name ~ '__files using ' ~ file.format
            ~ " options (path '" ~ file.path ~ "', header 'true', sep '" ~ file.get('delimiter', ',') ~ "', multiLine 'true', quote '\"', escape '\"', mode 'failfast')") -%}
        {%- do run_query('create or replace view ' ~ name ~ ' as select * from ' ~ name ~ '__files') -%}
    {%- endif -%}
{% endmacro %}

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

{# A table expression: the rows of a Parquet file. #}
{% macro parquet_rows(path) %}{{ return(adapter.dispatch('parquet_rows')(path)) }}{% endmacro %}

{% macro duckdb__parquet_rows(path) -%}
    read_parquet('{{ path }}')
{%- endmacro %}

{% macro spark__parquet_rows(path) -%}
    parquet.`{{ path }}`
{%- endmacro %}
