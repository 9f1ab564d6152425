{#
    Schemas have exactly the configured name (`marts`, not `main_marts`), because BI tools rely on it. In another project,
    which has installed this one as a package, that project's macro decides, by default dbt's (`<target schema>_marts`).
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set theirs = context.get(project_name, {}).get('generate_schema_name') -%}
    {%- if project_name == 'revenue_funnel' -%}
        {{ (custom_schema_name or target.schema) | trim }}
    {%- elif theirs -%}
        {{ theirs(custom_schema_name, node) }}
    {%- else -%}
        {{ dbt.generate_schema_name(custom_schema_name, node) }}
    {%- endif -%}
{%- endmacro %}
