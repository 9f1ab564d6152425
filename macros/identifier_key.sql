{# The 64-bit number by which an identifier is connected to others. A test stops the build if two share one. #}
{% macro identifier_key(identifier) -%}
    {{ hash64(identifier) }}
{%- endmacro %}
