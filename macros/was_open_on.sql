{# Whether a row of int_opportunity_states, by its alias, is an open deal at the end of a day of reporting_timezone. #}
{% macro was_open_on(state, day) -%}
    {%- set day_over = dbt.dateadd('second', 1, day_end(day)) -%}
    (
        {{ state }}.is_open
        and {{ state }}.valid_from < {{ day_over }}
        and ({{ state }}.valid_to is null or {{ state }}.valid_to >= {{ day_over }})
    )
{%- endmacro %}
