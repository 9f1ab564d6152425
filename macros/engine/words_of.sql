{# One row per word of a text: what lies between blanks and the signs that separate values, lists and parameters. #}
{% macro words_of(text) %}{{ return(adapter.dispatch('words_of')(text)) }}{% endmacro %}

{% macro duckdb__words_of(text) -%}
    unnest(regexp_split_to_array({{ text }}, '[][ |=&?#/,;<>(){}"]+'))
{%- endmacro %}

{% macro spark__words_of(text) -%}
    explode(split({{ text }}, '[\\]\\[ |=&?#/,;<>(){}"]+'))
{%- endmacro %}
