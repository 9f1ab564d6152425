{# The calendar day of a UTC timestamp in var reporting_timezone. #}
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

{# A UTC timestamp as local time in var reporting_timezone. #}
{% macro reporting_timestamp(timestamp) -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ timestamp }} as timestamp)
    {%- else -%}
        {{ return(adapter.dispatch('local_timestamp')(timestamp, var('reporting_timezone'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__local_timestamp(timestamp, timezone) -%}
    timezone('{{ timezone }}', timezone('UTC', cast({{ timestamp }} as timestamp)))
{%- endmacro %}

{% macro spark__local_timestamp(timestamp, timezone) -%}
    from_utc_timestamp({{ timestamp }}, '{{ timezone }}')
{%- endmacro %}

{# The last second, in UTC, of a calendar day of var reporting_timezone. #}
{% macro day_end(day) -%}
    {%- set last_second = dbt.dateadd('second', -1, dbt.dateadd('day', 1, 'cast(' ~ day ~ ' as timestamp)')) -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ last_second }} as timestamp)
    {%- else -%}
        {{ return(adapter.dispatch('utc_timestamp')(last_second, var('reporting_timezone'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__utc_timestamp(local_timestamp, timezone) -%}
    timezone('UTC', timezone('{{ timezone }}', cast({{ local_timestamp }} as timestamp)))
{%- endmacro %}

{% macro spark__utc_timestamp(local_timestamp, timezone) -%}
    to_utc_timestamp({{ local_timestamp }}, '{{ timezone }}')
{%- endmacro %}
