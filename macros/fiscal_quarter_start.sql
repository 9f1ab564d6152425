{# First day of the fiscal quarter of a date. Fiscal years begin with month fiscal_year_start_month. #}
{% macro fiscal_quarter_start(day) -%}
    {%- set shift = (var('fiscal_year_start_month') - 1) % 3 -%}
    {%- if shift == 0 -%}
        cast({{ dbt.date_trunc('quarter', day) }} as date)
    {%- else -%}
        cast({{ dbt.dateadd(
            'month', shift, dbt.date_trunc('quarter', dbt.dateadd('month', -shift, day))
        ) }} as date)
    {%- endif -%}
{%- endmacro %}
