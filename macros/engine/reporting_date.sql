{# Calendar day of a UTC timestamp in var reporting_timezone. #}
{% macro reporting_date(timestamp) -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- else -%}
        {{ return(adapter.dispatch('local_date')(timestamp, var('reporting_timezone'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__local_date(timestamp, timezone) -%}
    cast(timezone('{{ timezone }}', timezone('UTC', {{ timestamp }})) as date)
{%- endmacro %}

{% macro spark__local_date(timestamp, timezone) -%}
    cast(from_utc_timestamp({{ timestamp }}, '{{ timezone }}') as date)
{%- endmacro %}
