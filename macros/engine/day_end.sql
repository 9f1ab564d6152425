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
