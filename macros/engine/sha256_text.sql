{# Hexadecimal SHA-256 of a text, for keys and email hashes; equal on both engines. #}
{% macro sha256_text(text) %}{{ return(adapter.dispatch('sha256_text')(text)) }}{% endmacro %}

{% macro duckdb__sha256_text(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256_text(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}
