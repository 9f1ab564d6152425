{#
    A pseudo-random whole number from 0 to 2^32 - 1 for a text, equal on both engines: the first eight hexadecimal digits of
    its MD5.
#}
{% macro md5_number(text) %}{{ return(adapter.dispatch('md5_number')(text)) }}{% endmacro %}

{% macro duckdb__md5_number(text) -%}
    cast('0x' || substr(md5({{ text }}), 1, 8) as bigint)
{%- endmacro %}

{% macro spark__md5_number(text) -%}
    cast(conv(substr(md5({{ text }}), 1, 8), 16, 10) as bigint)
{%- endmacro %}
