{# Schemas have exactly the configured name (`marts`, not `main_marts`), because BI tools rely on it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
