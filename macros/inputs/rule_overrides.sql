{# What is wrong with the user's rules (raw_location/rules/<seed>.csv): unknown names, other columns. A list of sentences. #}
{% macro check_rule_overrides(files) %}
    {%- set problems = [] -%}
    {%- for key, file in files.items() if key.startswith('rules/') -%}
        {%- set name = key.split('/')[1] -%}
        {%- set seed = rule_seed(name) -%}
        {%- if not seed -%}
            {%- do problems.append(key ~ ': there is no rule of this name under seeds/rules.') -%}
        {%- elif broken_csv_rows(key, file) -%}
            {%- do problems.extend(broken_csv_rows(key, file)) -%}
        {%- else -%}
            {%- set expected = seed.config.column_types.keys() | list -%}
            {%- set found = file_columns(file) -%}
            {%- set wrong = [] -%}
            {%- for column in expected if column not in found and not seed.columns[column].meta.get('optional') -%}
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

{# The column names of a file, lower case. #}
{% macro file_columns(file) %}
    {%- set read_by = raw_schema('rules') ~ '.file_columns' -%}
    {%- do run_query('create schema if not exists ' ~ raw_schema('rules')) -%}
    {%- do create_raw_view(read_by, none, file) -%}
    {{ return(found_columns(read_by)) }}
{% endmacro %}

{#
    The column names of a table or view, lower case. A query without rows, because adapter.get_columns_in_relation() opens
    a transaction on DuckDB that ends with the hook: views that were prepared in it would be rolled back.
#}
{% macro found_columns(name) %}
    {{ return(get_columns_in_query('select * from ' ~ name) | map('lower') | list) }}
{% endmacro %}

{#
    Runs after a rule seed is loaded: replaces its rows by those of the company's own file rules/<seed>.csv, if there is
    one. The demo company's files are in seeds/demo, own data have them in raw_location.
#}
{% macro override_rule() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set files = raw_files(model.root_path ~ '/seeds/demo' if is_demo() else none) -%}
    {%- set file = files.get('rules/' ~ this.identifier) -%}
    {%- if not file -%}{{ return('') }}{%- endif -%}
    {%- set read_by = raw_schema('rules') ~ '.' ~ this.identifier -%}
    {%- do run_query('create schema if not exists ' ~ raw_schema('rules')) -%}
    {%- do create_raw_view(read_by, none, file) -%}
    {%- set columns = [] -%}
    {%- set delivered = found_columns(read_by) -%}
    {#- In the order of the table: dbt 2 sorts column_types by name and loads the seed by position next time. -#}
    {%- for name in found_columns(this) -%}
        {%- set value = name if name in delivered else 'null' -%}
        {%- do columns.append('cast(' ~ value ~ ' as ' ~ model.config.column_types[name] ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {{ return(replace_rows(this, 'select ' ~ columns | join(', ') ~ ' from ' ~ read_by)) }}
{% endmacro %}
