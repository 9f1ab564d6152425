{#
    Texts as they are compared. A name: trimmed, lower case, underscores for blanks and hyphens (`Google Ads` is
    google_ads).
#}
{% macro name_key(name) -%}
    replace(replace(lower(trim({{ name }})), ' ', '_'), '-', '_')
{%- endmacro %}

{# A listed value: trimmed, lower case, underscores for blanks; null where blank (`New Business` is new_business). #}
{% macro listed_value(expression) -%}
    nullif(replace(lower(trim({{ expression }})), ' ', '_'), '')
{%- endmacro %}

{# An email address: trimmed, lower case; null where it has no @. #}
{% macro normalised_email(email) -%}
    case when {{ email }} like '%_@_%' then lower(trim({{ email }})) end
{%- endmacro %}

{# The domain of a website: lower case, without protocol, "www." and path. #}
{% macro website_domain(text) -%}
    split_part(regexp_replace(lower(trim({{ text }})), '^(https?://)?(www[.])?', ''), '/', 1)
{%- endmacro %}
