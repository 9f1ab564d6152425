{# Text to a date, null where it is none; a time of day after it is cut off. #}
{% macro parse_date(column) %}{{ return(adapter.dispatch('parse_date')(column)) }}{% endmacro %}

{% macro duckdb__parse_date(column) -%}
    cast(try_cast({{ column }} as timestamp) as date)
{%- endmacro %}

{% macro spark__parse_date(column) -%}
    cast(
        try_cast(case when {{ column }} rlike '^[ ]*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}' then {{ column }} end as timestamp)
        as date
    )
{%- endmacro %}
