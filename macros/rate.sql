{# A quotient of two amounts or counts as a double; null where the divisor is 0 or either is null. #}
{% macro rate(dividend, divisor) -%}
    cast({{ dividend }} as double) / nullif(cast({{ divisor }} as double), 0)
{%- endmacro %}

{# Marketing return on investment: (margin - spend) ÷ spend; null without spend. #}
{% macro marketing_return(margin, spend) -%}
    {{ rate(margin ~ ' - ' ~ spend, spend) }}
{%- endmacro %}

{#
    Cost of a conversion: spend ÷ credited conversions. Null without spend, and below minimum_credited_conversions, where
    a small share of one conversion would make it huge. Conversions are rounded, because sums differ in the last digits.
#}
{% macro cost_per_conversion(spend, conversions) -%}
    case
        when {{ spend }} > 0 and round({{ conversions }}, 9) >= {{ var('minimum_credited_conversions') }}
            then {{ rate(spend, conversions) }}
    end
{%- endmacro %}
