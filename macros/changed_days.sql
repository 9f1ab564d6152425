{#
    First and last instant of the days that int_web_delivery_days marks as changed, as SQL literals: with a subquery, the
    engines would also read the files of all other days.
#}
{% macro changed_days() %}
    {%- if not execute -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
        select min(received_date), max(received_date) from {{ ref('int_web_delivery_days') }} where is_changed
    {%- endset -%}
    {%- set row = run_query(query).rows[0] -%}
    {%- set first = row[0] or '2000-01-01' -%}
    {%- set last = row[1] or '2000-01-01' -%}
    {{ return({
        'first': "timestamp '" ~ first ~ " 00:00:00'",
        'last': "timestamp '" ~ last ~ " 23:59:59.999999'",
    }) }}
{% endmacro %}
