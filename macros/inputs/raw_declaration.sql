{#
    What the project declares about a raw table: its entry in _<vendor>__sources.yml, from dbt's graph. A unit test has no
    graph: it reads what record_declarations() wrote at the start of the run.
#}
{% macro raw_declaration(vendor, table) %}
    {%- if graph.sources -%}
        {{ return(graph.sources['source.' ~ project_name ~ '.' ~ vendor ~ '.' ~ table]) }}
    {%- endif -%}
    {%- set recorded = run_query('select declaration from ' ~ declarations_table()
        ~ " where raw_table = '" ~ vendor ~ '.' ~ table ~ "'") -%}
    {{ return(fromjson(recorded.rows[0][0])) }}
{% endmacro %}

{# Writes the declarations of all raw tables into the database, for unit tests. #}
{% macro record_declarations() %}
    {%- set rows = [] -%}
    {%- for table in graph.sources.values() -%}
        {%- set columns = {} -%}
        {%- for name, column in table.columns.items() -%}
            {%- do columns.update({name: {'data_type': column.data_type, 'config': {'meta': column.config.meta}}}) -%}
        {%- endfor -%}
        {%- set declaration = tojson({'columns': columns, 'config': {'meta': table.config.meta}}) -%}
        {%- do rows.append("select '" ~ table.source_name ~ '.' ~ table.name ~ "' as raw_table, '"
            ~ declaration | replace("'", "''") ~ "' as declaration") -%}
    {%- endfor -%}
    {%- do run_query('create schema if not exists ' ~ target.schema) -%}
    {%- do run_query('drop table if exists ' ~ declarations_table()) -%}
    {%- do run_query('create table ' ~ declarations_table() ~ ' as ' ~ rows | join(' union all ')) -%}
{% endmacro %}

{% macro declarations_table() %}{{ return(target.schema ~ '.raw_declarations') }}{% endmacro %}
