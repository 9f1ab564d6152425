{# The relation of a raw table: the demo company's seed or the user's source table, by var raw_data. #}
{% macro raw_relation(vendor, table) %}
    {{ return(ref(vendor ~ '__' ~ table) if is_demo() else source(vendor, table)) }}
{% endmacro %}

{#
    The declaration of a raw table, its entry in _<vendor>__sources.yml, from dbt's graph. Unit tests have no graph in dbt
    1.11: they read the table that keep_declarations() writes at the start of the run.
#}
{% macro raw_declaration(vendor, table) %}
    {%- if graph.get('sources') -%}
        {{ return(graph.sources['source.revenue_funnel.' ~ vendor ~ '.' ~ table]) }}
    {%- endif -%}
    {%- set query = "select declaration from raw_rules.declarations where name = '" ~ vendor ~ '.' ~ table ~ "'" -%}
    {{ return(fromjson(run_query(query).rows[0][0])) }}
{% endmacro %}

{# Writes all declarations as JSON into a table, before any model of the demo: unit tests run on demo data only. #}
{% macro keep_declarations() %}
    {%- set rows = [] -%}
    {%- for table in graph.sources.values() if table.package_name == 'revenue_funnel' -%}
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
