{#
    What is wrong with the rows of a CSV table, as a list of sentences, one per file: bytes that are not UTF-8, more or fewer
    columns than the header, quotes that are not closed. Such a row would shift values or swallow the following rows.
    Spark's reader stops at wrong columns and open quotes (mode failfast), but replaces invalid bytes by U+FFFD; only the
    preflight of run_pipeline.py finds those there.
#}
{% macro broken_csv_rows(label, file) %}{{ return(adapter.dispatch('broken_csv_rows')(label, file)) }}{% endmacro %}

{% macro duckdb__broken_csv_rows(label, file) %}
    {%- set problems = [] -%}
    {%- if file.format != 'csv' -%}{{ return(problems) }}{%- endif -%}
    {%- for path in run_query("select file from glob('" ~ file.path ~ "') order by file").columns[0].values() -%}
        {%- set header = run_query(csv_header(path)) -%}
        {%- if header.rows | length -%}
            {%- set rows = run_query(rejected_csv_rows(path, header.rows[0][0] | string, file.delimiter)).rows -%}
            {%- set named = [] -%}
            {%- for row in rows[:3] -%}{%- do named.append('row ' ~ row[0] ~ ' (' ~ row[1] ~ ')') -%}{%- endfor -%}
            {%- if named -%}
                {%- do problems.append(label ~ ': ' ~ path ~ ' cannot be read: ' ~ named | join(', ')
                    ~ (' and more' if rows | length > 3 else '') ~ ', the header being row 1. Save it as UTF-8, give each'
                    ~ ' row as many values as the header, and put a value with commas, quotes or line breaks in double'
                    ~ ' quotes, those inside it doubled.') -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}

{# A query of DuckDB: the first line of a CSV file. The preflight of run_pipeline.py runs this and the next one, too. #}
{% macro csv_header(path) -%}
    select line
    from read_csv(
        '{{ path }}', auto_detect = false, header = false, delim = chr(1), quote = '', escape = '',
        columns = {'line': 'varchar'}, strict_mode = false, ignore_errors = true
    )
    limit 1
{%- endmacro %}

{#
    A query of DuckDB: the first rows of a CSV file that cannot be read, and why. It is one text, because dbt 2 uses a
    connection per call, and the tables of rejects are temporary.
#}
{% macro rejected_csv_rows(path, header, delimiter=',') -%}
    drop table if exists broken_csv_rows;
    drop table if exists broken_csv_files;
    select count(columns(*))
    from read_csv(
        '{{ path }}', columns = {
            {%- for number in range((header.split('"')[::2] | join('')).count(delimiter) + 1) %} 'c{{ number }}': 'varchar',{% endfor %}
        }, auto_detect = false, header = true, delim = '{{ delimiter }}', quote = '"', escape = '"', rejects_limit = 100,
        rejects_table = 'broken_csv_rows', rejects_scan = 'broken_csv_files'
    );
    select distinct line, lower(error_type) from broken_csv_rows order by line
{%- endmacro %}

{% macro spark__broken_csv_rows(label, file) %}{{ return([]) }}{% endmacro %}
