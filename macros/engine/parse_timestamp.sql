{# Text to a UTC timestamp, null where it is none. An offset in the text is honoured; without one it is UTC. #}
{% macro parse_timestamp(column) %}{{ return(adapter.dispatch('parse_timestamp')(column)) }}{% endmacro %}

{% macro duckdb__parse_timestamp(column) -%}
    cast(try_cast({{ column }} as timestamptz) as timestamp)
{%- endmacro %}

{% macro spark__parse_timestamp(column) -%}
    try_cast(case when {{ column }} rlike '^[ ]*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}' then {{ column }} end as timestamp)
{%- endmacro %}
