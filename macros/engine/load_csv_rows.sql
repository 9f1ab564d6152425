{#
    How the rows of a seed get into its table on Spark: read from the file. The adapter sends them as an insert of values
    instead, in which an empty cell becomes the text `None`, and which is slow for a thousand rows.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set data_type = model.config.column_types.get(name, 'string') -%}
        {%- do columns.append('cast(' ~ name ~ ' as ' ~ data_type ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {%- set file = {'path': model.root_path ~ '/' ~ model.original_file_path, 'format': 'csv'} -%}
    {%- do run_query('create schema if not exists raw_seeds') -%}
    {%- do create_raw_view('raw_seeds.' ~ model.name, none, file) -%}
    {%- set query = 'insert into ' ~ this ~ ' select ' ~ columns | join(', ') ~ ' from raw_seeds.' ~ model.name -%}
    {%- do run_query(query) -%}
    {{ return(query) }}
{% endmacro %}
