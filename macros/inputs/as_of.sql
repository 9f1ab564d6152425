{#
    The last day whose facts count, as a date string. as_of_date in dbt_project.yml is for the demo: own data that are built
    without a date of their own use the day of the run. The pipeline passes its date in the environment, not in a var,
    because dbt parses the whole project again after a var has changed.
#}
{% macro as_of_day() %}
    {%- set of_run = env_var('PIPELINE_AS_OF_DATE', '') -%}
    {%- if of_run -%}
        {{ return(of_run) }}
    {%- endif -%}
    {%- set given = invocation_args_dict.get('vars', {}) -%}
    {%- set is_own_data = given.get('raw_data') == 'source' -%}
    {%- if var('as_of_date', none) and (not is_own_data or 'as_of_date' in given) -%}
        {{ return(var('as_of_date') | string) }}
    {%- endif -%}
    {{ return(run_started_at.strftime('%Y-%m-%d')) }}
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
