{# A query: the time zone in which the session of the database reads timestamps with an offset. #}
{% macro session_time_zone() %}{{ return(adapter.dispatch('session_time_zone')()) }}{% endmacro %}

{% macro duckdb__session_time_zone() -%}
    select current_setting('TimeZone')
{%- endmacro %}

{% macro spark__session_time_zone() -%}
    select current_timezone()
{%- endmacro %}

{# The lines of a profile's output that set it. #}
{% macro time_zone_setting() %}{{ return(adapter.dispatch('time_zone_setting')()) }}{% endmacro %}

{% macro duckdb__time_zone_setting() %}{{ return('settings: {TimeZone: UTC}') }}{% endmacro %}

{% macro spark__time_zone_setting() %}{{ return('server_side_parameters: {spark.sql.session.timeZone: UTC}') }}{% endmacro %}
