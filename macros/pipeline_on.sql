{#
    The open opportunities at the end of a day, as a table expression, with their stage, amount and close date on that day.
    fct_pipeline_snapshots has them for each month end; for another day, given as a date in SQL:
        dbt show --limit -1 --inline "select * from {{ pipeline_on(\"date '2025-03-14'\") }} as pipeline"
#}
{% macro pipeline_on(day) -%}
    (
        select
            states.opportunity_id,
            states.source_stage,
            states.stage,
            states.amount,
            states.close_date
        from {{ ref('int_opportunity_states') }} as states
        where {{ was_open_on('states', day) }}
    )
{%- endmacro %}

{# Whether a row of int_opportunity_states, by its alias, was in force at the end of a day. #}
{% macro was_in_force_on(state, day) -%}
    {%- set day_over = dbt.dateadd('second', 1, day_end(day)) -%}
    (
        {{ state }}.valid_from < {{ day_over }}
        and ({{ state }}.valid_to is null or {{ state }}.valid_to >= {{ day_over }})
    )
{%- endmacro %}

{# Whether a row of int_opportunity_states, by its alias, was an open opportunity at the end of a day. #}
{% macro was_open_on(state, day) -%}
    ({{ state }}.is_open and {{ was_in_force_on(state, day) }})
{%- endmacro %}
