{#
    Marketing return on investment: (value × gross margin - spend) ÷ spend, null without spend. The margin stands in
    column gross_margin.gross_margin.
#}
{% macro marketing_return(value, spend) -%}
    (cast({{ value }} as double) * cast(gross_margin.gross_margin as double) - cast({{ spend }} as double))
    / nullif(cast({{ spend }} as double), 0)
{%- endmacro %}
