{# Text to a date, null where it is none; a time of day after it is cut off. The same on both engines. #}
{% macro parse_date(column) -%}
    try_cast(split_part(replace({{ text_like_a_timestamp(column) }}, 'T', ' '), ' ', 1) as date)
{%- endmacro %}
