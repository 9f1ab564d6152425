{# The domain of a web site, however written: lower case, without protocol, "www." and path. #}
{% macro website_domain(text) -%}
    split_part(regexp_replace(lower(trim({{ text }})), '^(https?://)?(www[.])?', ''), '/', 1)
{%- endmacro %}
