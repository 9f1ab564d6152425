{# ISO day of the week: 1 is Monday, 7 is Sunday. #}
{% macro weekday_number(date) %}{{ return(adapter.dispatch('weekday_number')(date)) }}{% endmacro %}

{% macro duckdb__weekday_number(date) -%}
    cast(isodow({{ date }}) as bigint)
{%- endmacro %}

{% macro spark__weekday_number(date) -%}
    cast(weekday({{ date }}) + 1 as bigint)
{%- endmacro %}
