{# Elapsed seconds from one timestamp to another, with their fraction, as a double. #}
{% macro seconds_between(first, last) %}{{ return(adapter.dispatch('seconds_between')(first, last)) }}{% endmacro %}

{% macro duckdb__seconds_between(first, last) -%}
    (epoch_us({{ last }}) - epoch_us({{ first }})) / 1000000.0::double
{%- endmacro %}

{% macro spark__seconds_between(first, last) -%}
    cast(unix_micros({{ last }}) - unix_micros({{ first }}) as double) / 1000000
{%- endmacro %}
