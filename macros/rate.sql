{# Quotient of two amounts or counts as a double; null where the divisor is 0 or either is null. #}
{% macro rate(dividend, divisor) -%}
    cast({{ dividend }} as double) / nullif(cast({{ divisor }} as double), 0)
{%- endmacro %}
