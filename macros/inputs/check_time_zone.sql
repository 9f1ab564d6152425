{# Runs before any model: stops if the session is not in UTC, because it would shift timestamps with an offset in silence. #}
{% macro check_time_zone() %}
    {%- if not is_concerned() -%}{{ return('') }}{%- endif -%}
    {%- set found = run_query(session_time_zone()).rows[0][0] | string -%}
    {%- if found not in ['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'Z'] -%}
        {%- do exceptions.raise_compiler_error(
            "The database session's time zone is " ~ found ~ ', but timestamps are read as UTC; nothing was built. Add this to'
            ~ ' output ' ~ target.name ~ ' of profile ' ~ target.profile_name ~ ' in profiles.yml:\n    ' ~ time_zone_setting()
        ) -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}
