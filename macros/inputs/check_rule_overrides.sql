{# What is wrong with the rules that the user replaces (raw_location/rules/<seed>.csv): unknown name, other columns. #}
{% macro check_rule_overrides(files) %}
    {%- set problems = [] -%}
    {%- for key, file in files.items() if key.startswith('rules/') -%}
        {%- set name = key.split('/')[1] -%}
        {%- set seed = graph.nodes.get('seed.' ~ project_name ~ '.' ~ name) -%}
        {%- if not seed -%}
            {%- do problems.append(key ~ ': there is no rule of this name under seeds/rules.') -%}
        {%- elif broken_csv_rows(key, file) -%}
            {%- do problems.extend(broken_csv_rows(key, file)) -%}
        {%- else -%}
            {%- set expected = seed.config.column_types.keys() | list -%}
            {%- set found = file_columns(file) -%}
            {%- set wrong = [] -%}
            {%- for column in expected if column not in found -%}
                {%- do wrong.append('column ' ~ column ~ ' is missing: ' ~ seed.columns[column].description | trim) -%}
            {%- endfor -%}
            {%- for column in found if column not in expected -%}
                {%- do wrong.append('column ' ~ column ~ ' is unknown.') -%}
            {%- endfor -%}
            {%- if wrong -%}
                {%- do problems.append(key ~ ': ' ~ wrong | join(' ') ~ ' Its columns must be '
                    ~ expected | join(', ') ~ ' (docs/rules.md has an example row).') -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}

{# Column names of a file, lower case. #}
{% macro file_columns(file) %}
    {%- do run_query('create schema if not exists raw_rules') -%}
    {%- do create_raw_view('raw_rules.file_columns', none, file) -%}
    {{ return(found_columns('raw_rules.file_columns')) }}
{% endmacro %}
