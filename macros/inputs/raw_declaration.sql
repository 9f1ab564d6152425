{#
    What the project declares about a raw table: its entry in _<vendor>__sources.yml, from dbt's graph. dbt 1.11 gives
    unit tests no graph: they read what keep_declarations() has written at the start of the run.
#}
{% macro raw_declaration(vendor, table) %}
    {%- if graph.get('sources') -%}
        {{ return(graph.sources['source.' ~ project_name ~ '.' ~ vendor ~ '.' ~ table]) }}
    {%- endif -%}
    {%- set query = "select declaration from raw_rules.declarations where name = '" ~ vendor ~ '.' ~ table ~ "'" -%}
    {{ return(fromjson(run_query(query).rows[0][0])) }}
{% endmacro %}

{# Runs before any model of the demo, the only data that unit tests run with: a table of the declarations as JSON. #}
{% macro keep_declarations() %}
    {%- set rows = [] -%}
    {%- for table in graph.sources.values() if table.package_name == project_name -%}
        {%- set columns = {} -%}
        {%- for name, column in table.columns.items() -%}
            {%- do columns.update({name: {'data_type': column.data_type, 'meta': column.meta}}) -%}
        {%- endfor -%}
        {%- set declaration = tojson({'columns': columns, 'config': {'meta': table.config.meta}}) -%}
        {%- do rows.append("('" ~ table.source_name ~ '.' ~ table.name ~ "', '" ~ declaration | replace("'", "''") ~ "')") -%}
    {%- endfor -%}
    {%- do run_query('create schema if not exists raw_rules') -%}
    {%- do run_query('drop table if exists raw_rules.declarations') -%}
    {%- do run_query('create table raw_rules.declarations as select * from (values '
        ~ rows | join(', ') ~ ') as declarations(name, declaration)') -%}
{% endmacro %}
