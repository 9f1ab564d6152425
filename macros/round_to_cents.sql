{#
    A decimal of at most 10 places rounded half up to the cent: exact. In 64 bits, where it fits: DuckDB rounds one of 128
    bits ten times as slowly.
#}
{% macro round_to_cents(amount) -%}
    case
        when abs({{ amount }}) < 10000000
            then cast(cast({{ amount }} as decimal(18, 10)) as decimal(18, 2))
        else cast({{ amount }} as decimal(18, 2))
    end
{%- endmacro %}
