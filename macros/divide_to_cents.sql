{#
    Quotient of a non-negative decimal and a positive integer, rounded half up to the cent: exact and alike on every
    engine, since only an exact multiple of a cent is left for the division (which DuckDB does in floating point).
#}
{% macro divide_to_cents(amount, divisor) -%}
    cast(
        (
            ({{ amount }} + {{ divisor }} * 0.005)
            - mod({{ amount }} + {{ divisor }} * 0.005, {{ divisor }} * 0.01)
        ) / {{ divisor }} as decimal(18, 2)
    )
{%- endmacro %}
