{#
    A table of the user's database, none if there is no such table. On DuckDB a query, because adapter.get_relation() opens a
    transaction that ends with the hook: views that were prepared in it would be rolled back.
#}
{% macro delivered_table(database, schema, name) %}
    {{- return(adapter.dispatch('delivered_table')(database, schema, name)) -}}
{% endmacro %}

{% macro duckdb__delivered_table(database, schema, name) %}
    {%- set query -%}
        select table_catalog, table_schema, table_name
        from information_schema.tables
        where lower(table_catalog) = lower('{{ database }}') and lower(table_schema) = lower('{{ schema }}')
            and lower(table_name) = lower('{{ name }}')
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {{ return(api.Relation.create(database=row[0], schema=row[1], identifier=row[2])) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}

{% macro spark__delivered_table(database, schema, name) %}
    {{- return(adapter.get_relation(database, schema, name)) -}}
{% endmacro %}
