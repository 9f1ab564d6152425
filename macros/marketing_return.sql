{# Marketing return on investment: (margin - spend) ÷ spend, null without spend. #}
{% macro marketing_return(margin, spend) -%}
    {{ rate(margin ~ ' - ' ~ spend, spend) }}
{%- endmacro %}
