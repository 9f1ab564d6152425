{# A quotient of two amounts or counts as a double; null where the divisor is 0 or either is null. #}
{% macro rate(dividend, divisor) -%}
    cast({{ dividend }} as double) / nullif(cast({{ divisor }} as double), 0)
{%- endmacro %}

{# Marketing return on investment: (margin - spend) ÷ spend; null without spend. #}
{% macro marketing_return(margin, spend) -%}
    {{ rate(margin ~ ' - ' ~ spend, spend) }}
{%- endmacro %}
