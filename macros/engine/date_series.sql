{# A table expression with one column, date_day: every day from one date to another, both included. #}
{% macro date_series(first_date, last_date) %}{{ return(adapter.dispatch('date_series')(first_date, last_date)) }}{% endmacro %}

{% macro duckdb__date_series(first_date, last_date) -%}
    (select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date) as date_day)
{%- endmacro %}

{% macro spark__date_series(first_date, last_date) -%}
    (select explode(sequence({{ first_date }}, {{ last_date }}, interval 1 day)) as date_day)
{%- endmacro %}

{#
    For a select list: one row per month from one date to another (columns of the row; both months included), as the first
    day of the month. A row whose first date is in a later month than its last gives none.
#}
{% macro month_series_of(first_date, last_date) %}{{ return(adapter.dispatch('month_series_of')(first_date, last_date)) }}{% endmacro %}

{% macro duckdb__month_series_of(first_date, last_date) -%}
    cast(unnest(generate_series(
        date_trunc('month', {{ first_date }}), date_trunc('month', {{ last_date }}), interval 1 month
    )) as date)
{%- endmacro %}

{% macro spark__month_series_of(first_date, last_date) -%}
    explode(case
        when trunc({{ first_date }}, 'MM') <= trunc({{ last_date }}, 'MM')
            then sequence(trunc({{ first_date }}, 'MM'), trunc({{ last_date }}, 'MM'), interval 1 month)
    end)
{%- endmacro %}
