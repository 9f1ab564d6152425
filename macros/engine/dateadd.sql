{# Spark's half of dbt.dateadd: the adapter's own goes by whole seconds and so cuts off their fraction. #}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd({{ datepart }}, cast({{ interval }} as int), {{ from_date_or_timestamp }})
{%- endmacro %}
