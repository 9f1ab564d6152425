{#
    Runs before any model: makes the user's raw tables readable under source('<vendor>', '<table>') and stops,
    naming vendor, table and column, where something required is missing. The demo's seeds need none of it; its unit
    tests need the declarations.
#}
{% macro check_inputs() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- if var('raw_data') == 'demo' -%}
        {%- do keep_declarations() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set files = raw_files() -%}
    {%- set problems = [] -%}
    {%- for table in graph.sources.values() if table.source_name in switched_on_vendors() -%}
        {%- do problems.extend(prepare_raw_table(table, files)) -%}
    {%- endfor -%}
    {%- do problems.extend(check_rule_overrides(files)) -%}
    {%- if problems -%}
        {%- do exceptions.raise_compiler_error(
            'The raw data cannot be used; nothing was built.\n  - ' ~ problems | join('\n  - ')
        ) -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}

{# Every vendor named in one of the vars <kind>_sources. #}
{% macro switched_on_vendors() %}
    {%- set vendors = [] -%}
    {%- for kind in ['crm', 'web', 'email', 'ad', 'billing', 'meeting', 'company_visit', 'privacy', 'content'] -%}
        {%- do vendors.extend(var(kind ~ '_sources')) -%}
    {%- endfor -%}
    {{ return(vendors | unique | list) }}
{% endmacro %}
