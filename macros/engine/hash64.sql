{# A 64-bit hash for joins and groupings inside one run: fast, but not the same on both engines; never publish it. #}
{% macro hash64(text) %}{{ return(adapter.dispatch('hash64')(text)) }}{% endmacro %}

{% macro duckdb__hash64(text) -%}
    hash({{ text }})
{%- endmacro %}

{% macro spark__hash64(text) -%}
    xxhash64({{ text }})
{%- endmacro %}
