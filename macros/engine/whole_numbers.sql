{#
    The integer part of a quotient of two whole numbers as decimal(38, 0): exact; dividend not negative, divisor positive.
    DuckDB divides 128-bit numbers slowly. Below 10^15 a double is off by at most 1, which a multiplication corrects.
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

{#
    floor(amount × weight ÷ total) of whole numbers as bigint: exact; amount and weight not negative, weight ≤ total. The
    product needs 128 bits, which DuckDB divides slowly. Below 10^15 a double is off by at most 1, which the remainder
    corrects.
#}
{% macro whole_share(amount, weight, total) %}{{ return(adapter.dispatch('whole_share')(amount, weight, total)) }}{% endmacro %}

{% macro duckdb__whole_share(amount, weight, total) -%}
    {%- set estimate = 'cast(floor(cast(' ~ amount ~ ' as double) * cast(' ~ weight ~ ' as double) / ' ~ total ~ ') as bigint)' -%}
    {%- set rest = '(cast(' ~ amount ~ ' as hugeint) * ' ~ weight ~ ' - cast(' ~ estimate ~ ' as hugeint) * ' ~ total ~ ')' -%}
    case
        when {{ amount }} >= 1000000000000000
            then cast((cast({{ amount }} as hugeint) * {{ weight }}) // {{ total }} as bigint)
        when {{ rest }} < 0 then {{ estimate }} - 1
        when {{ rest }} >= {{ total }} then {{ estimate }} + 1
        else {{ estimate }}
    end
{%- endmacro %}

{% macro spark__whole_share(amount, weight, total) -%}
    cast((cast({{ amount }} as decimal(20, 0)) * cast({{ weight }} as decimal(18, 0))) div {{ total }} as bigint)
{%- endmacro %}

{# The remainder of whole_share(): amount × weight - floor × total, from 0 to total - 1, as bigint. #}
{% macro whole_share_remainder(amount, weight, total, floor) -%}
    {{- return(adapter.dispatch('whole_share_remainder')(amount, weight, total, floor)) -}}
{%- endmacro %}

{% macro duckdb__whole_share_remainder(amount, weight, total, floor) -%}
    cast(
        cast({{ amount }} as hugeint) * {{ weight }} - cast({{ floor }} as hugeint) * {{ total }} as bigint
    )
{%- endmacro %}

{% macro spark__whole_share_remainder(amount, weight, total, floor) -%}
    cast(
        cast({{ amount }} as decimal(20, 0)) * cast({{ weight }} as decimal(18, 0))
        - cast({{ floor }} as decimal(20, 0)) * cast({{ total }} as decimal(18, 0)) as bigint
    )
{%- endmacro %}
