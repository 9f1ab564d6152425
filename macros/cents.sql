{#
    A decimal of at most 10 places, rounded half up to the cent: exact. Values that fit are rounded in 64 bits, because
    DuckDB rounds 128 bits ten times as slowly.
#}
{% macro round_to_cents(amount) -%}
    case
        when abs({{ amount }}) < 10000000
            then cast(cast({{ amount }} as decimal(18, 10)) as decimal(18, 2))
        else cast({{ amount }} as decimal(18, 2))
    end
{%- endmacro %}

{#
    A non-negative decimal divided by a positive integer, rounded half up to the cent: exact, and equal on both engines. The
    division, which DuckDB does in floating point, only sees a multiple of a cent.
#}
{% macro divide_to_cents(amount, divisor) -%}
    cast(
        (
            ({{ amount }} + {{ divisor }} * 0.005)
            - mod({{ amount }} + {{ divisor }} * 0.005, {{ divisor }} * 0.01)
        ) / {{ divisor }} as decimal(18, 2)
    )
{%- endmacro %}

{#
    An amount as a factor of a product. DuckDB multiplies decimals of up to 18 digits in 64 bits, where a margin of 10
    places overflows from a million on; 19 digits make it use 128 bits.
#}
{% macro wide_amount(amount) -%}
    cast({{ amount }} as decimal(19, 2))
{%- endmacro %}

{#
    An amount in minor units as an amount in its currency: exact. decimals are those of rule seed currency_decimals, 2
    where the currency has no row there.
#}
{% macro from_minor_units(amount, decimals, data_type='decimal(18, 2)') -%}
    cast(
        {{ amount }} * case {{ decimals }}
            when 0 then cast(1 as decimal(4, 3))
            when 3 then cast(0.001 as decimal(4, 3))
            else cast(0.01 as decimal(4, 3))
        end as {{ data_type }}
    )
{%- endmacro %}
