{# The texts of a group joined by commas, in alphabetical order. #}
{% macro joined_text(text) %}{{ return(adapter.dispatch('joined_text')(text)) }}{% endmacro %}

{% macro duckdb__joined_text(text) -%}
    string_agg({{ text }}, ',' order by {{ text }})
{%- endmacro %}

{% macro spark__joined_text(text) -%}
    array_join(array_sort(collect_list({{ text }})), ',')
{%- endmacro %}
