{#
    The last day whose facts count, as a date string; own data that are built without a date count up to the day of the run.
    The pipeline passes its date in the environment, not in a var, because dbt parses the whole project again after a var
    has changed.
#}
{% macro as_of_day() %}
    {%- set of_demo = var('demo_as_of_date') if is_demo() else '' -%}
    {%- set given = env_var('PIPELINE_AS_OF_DATE', '') or var('as_of_date') or of_demo -%}
    {{ return(given | string if given else run_started_at.strftime('%Y-%m-%d')) }}
{% endmacro %}

{# The end of the day as_of in var reporting_timezone, in UTC. Facts count if they are earlier. #}
{% macro as_of_end() -%}
    {%- set next_midnight = dbt.dateadd('day', 1, "cast('" ~ as_of_day() ~ "' as timestamp)") -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        {{ next_midnight }}
    {%- else -%}
        {{ return(adapter.dispatch('utc_timestamp')(next_midnight, var('reporting_timezone'))) }}
    {%- endif -%}
{%- endmacro %}
