{#
    An amount as a factor of a product. DuckDB multiplies two decimals of at most 18 digits in 64 bits, where a margin of
    10 places overflows from a million on; with one digit more it takes 128 bits.
#}
{% macro wide_amount(amount) -%}
    cast({{ amount }} as decimal(19, 2))
{%- endmacro %}
