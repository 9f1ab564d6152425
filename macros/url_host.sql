{# The host of an absolute URL in lower case, without user and port; null where there is none. #}
{% macro url_host(url) -%}
    nullif(lower(regexp_extract(
        {{ url }}, '^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)', 1
    )), '')
{%- endmacro %}
