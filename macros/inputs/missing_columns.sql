{# The required columns that a prepared raw table lacks, as a list of sentences. #}
{% macro missing_columns(table) %}
    {%- set found = [] -%}
    {%- for column in adapter.get_columns_in_relation(
        api.Relation.create(schema=table.schema, identifier=table.identifier, database=table.database)
    ) -%}
        {%- do found.append(column.name | lower) -%}
    {%- endfor -%}
    {%- set problems = [] -%}
    {%- for name, column in table.columns.items() if column.config.meta.get('required') and name not in found -%}
        {%- do problems.append(table.source_name ~ '.' ~ table.name ~ ': column ' ~ name ~ ' is missing. Found: '
            ~ found | join(', ') ~ '.') -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
