{# A UTC timestamp as the clock of var reporting_timezone shows it. #}
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
