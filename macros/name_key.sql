{# A name as rules compare it: trimmed, lower case, underscores for blanks and hyphens (`Google Ads` is google_ads). #}
{% macro name_key(name) -%}
    replace(replace(lower(trim({{ name }})), ' ', '_'), '-', '_')
{%- endmacro %}
