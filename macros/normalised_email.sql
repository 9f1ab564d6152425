{# An email as identity compares it: trimmed, lower case; null where it has no @. #}
{% macro normalised_email(email) -%}
    case when {{ email }} like '%_@_%' then lower(trim({{ email }})) end
{%- endmacro %}
