{# The demo company's seed or the user's source table, by var raw_data. #}
{% macro raw_relation(vendor, table) %}
    {%- if var('raw_data') == 'demo' -%}
        {{ return(ref(vendor ~ '__' ~ table)) }}
    {%- else -%}
        {{ return(source(vendor, table)) }}
    {%- endif -%}
{% endmacro %}
