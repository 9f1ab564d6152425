{# Sorts the versions of a record: the newest up to as_of first, then those after it, the earliest first. #}
{% macro newest_version_first(modified_at) -%}
    coalesce({{ modified_at }} >= {{ as_of_end() }}, false) asc,
    case when {{ modified_at }} < {{ as_of_end() }} then {{ modified_at }} end desc nulls last,
    {{ modified_at }} asc nulls last
{%- endmacro %}
