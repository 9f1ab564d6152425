{# An age in months as one of the seven age buckets of the forecast: 0 to 5, and 6 for all older ones. #}
{% macro forecast_age(months) -%}
    cast(least(greatest(floor({{ months }}), 0), 6) as integer)
{%- endmacro %}
