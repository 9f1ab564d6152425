{#
    For a select list: one row per month from one date to another (both columns of the row, the months of both
    included), as the month's first day. Rows whose first month is after their last give none.
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
