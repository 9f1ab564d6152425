{#
    Loads the rows of a seed on Spark, from the file. The adapter would insert them as values, which turns empty cells into
    the text `None` and is slow for a thousand rows.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set data_type = model.config.column_types.get(name, 'string') -%}
        {%- do columns.append('cast(' ~ name ~ ' as ' ~ data_type ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {%- do run_query('create schema if not exists ' ~ raw_schema('seeds')) -%}
    {%- do create_raw_view(raw_schema('seeds') ~ '.' ~ model.name, none, seed_file(model)) -%}
    {%- set query = 'insert into ' ~ this ~ ' select ' ~ columns | join(', ')
        ~ ' from ' ~ raw_schema('seeds') ~ '.' ~ model.name -%}
    {%- do run_query(query) -%}
    {{ return(query) }}
{% endmacro %}
