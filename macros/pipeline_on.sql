{#
    A table expression: the open deals at the end of any day, with the stage, amount and close date that they had then.
    fct_pipeline_snapshots holds the same for each month's end; for another day, with the day as a date in SQL:
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
