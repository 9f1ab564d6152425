{# A table expression with one column date_day: every day from one date to another, both included. #}
{% macro date_series(first_date, last_date) %}{{ return(adapter.dispatch('date_series')(first_date, last_date)) }}{% endmacro %}

{% macro duckdb__date_series(first_date, last_date) -%}
    (select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date) as date_day)
{%- endmacro %}

{% macro spark__date_series(first_date, last_date) -%}
    (select explode(sequence({{ first_date }}, {{ last_date }}, interval 1 day)) as date_day)
{%- endmacro %}
