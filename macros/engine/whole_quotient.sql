{#
    Whole part of a quotient of two whole numbers, as decimal(38, 0): exact; dividend not negative, divisor positive.
    DuckDB divides 128-bit numbers slowly: up to 10^15 a double is at most 1 off, and a product tells in which direction.
#}
{% macro whole_quotient(dividend, divisor) %}{{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}{% endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    {%- set estimate = 'cast(cast(floor(cast(' ~ dividend ~ ' as double) / nullif(cast(' ~ divisor
        ~ ' as double), 0)) as bigint) as decimal(38, 0))' -%}
    case
        when cast({{ dividend }} as double) >= 1e15 * cast({{ divisor }} as double)
            then cast(cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint) as decimal(38, 0))
        when {{ estimate }} * {{ divisor }} > {{ dividend }} then {{ estimate }} - 1
        when ({{ estimate }} + 1) * {{ divisor }} <= {{ dividend }} then {{ estimate }} + 1
        else {{ estimate }}
    end
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    cast({{ dividend }} div {{ divisor }} as decimal(38, 0))
{%- endmacro %}
