{# Whole part of a quotient of two whole numbers that are not negative, exact up to 38 digits, as decimal(38, 0). #}
{% macro whole_quotient(dividend, divisor) %}{{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}{% endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    cast(cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint) as decimal(38, 0))
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    cast({{ dividend }} div {{ divisor }} as decimal(38, 0))
{%- endmacro %}
