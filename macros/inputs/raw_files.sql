{#
    The files under a folder, by default var raw_location, as
    {'<folder>/<table>': {'path': …, 'format': csv|parquet, 'is_empty': …, 'delimiter': …, 'numbers': …}}.
    A table is one file or a folder of files; a file may repeat its vendor (`salesforce__lead.csv`).
#}
{% macro raw_files(folder=none) %}
    {%- set tables = {} -%}
    {%- set root = (folder or var('raw_location')).rstrip('/') -%}
    {%- if not root -%}{{ return(tables) }}{%- endif -%}
    {%- for row in run_query(list_files_sql(root)).rows -%}
        {%- set parts = (row[0] | string).split(root ~ '/')[-1].split('/') -%}
        {%- set format = 'parquet' if parts[-1].endswith('.parquet') else 'csv' if parts[-1].endswith(('.csv', '.csv.gz')) -%}
        {%- if format and parts | length in [2, 3] -%}
            {%- set name = parts[1].split('.')[0].split('__')[-1] -%}
            {%- set path = root ~ '/' ~ parts[0] ~ '/' ~ parts[1] -%}
            {%- set known = tables.get(parts[0] ~ '/' ~ name, {}) -%}
            {%- set style = var('csv_formats').get(parts[0], {}) if format == 'csv' else {} -%}
            {%- do tables.update({parts[0] ~ '/' ~ name: {
                'path': path if parts | length == 2 else path ~ '/*.' ~ parts[2].split('.', 1)[1],
                'format': format,
                'is_empty': row[1] == 0 or known.get('is_empty', false),
                'delimiter': style.get('delimiter', ','),
                'numbers': style.get('numbers'),
            }}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables) }}
{% endmacro %}
