{#
    The day up to which facts count, as a date string. The project file's as_of_date belongs to the demo: own data
    named on the command line without a day of its own takes the day of the run. The pipeline says its day outside the
    vars: dbt reads all files of the project anew where any var has changed.
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

{# The first instant after the day as_of of var reporting_timezone, in UTC: facts count while earlier than this. #}
{% macro as_of_end() -%}
    {%- set next_midnight = dbt.dateadd('day', 1, "cast('" ~ as_of_day() ~ "' as timestamp)") -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        {{ next_midnight }}
    {%- else -%}
        {{ return(adapter.dispatch('utc_timestamp')(next_midnight, var('reporting_timezone'))) }}
    {%- endif -%}
{%- endmacro %}
