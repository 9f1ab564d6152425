{# The path of a URL, absolute or not, without query and fragment; '/' where it is empty. #}
{% macro url_path(url) -%}
    case
        when {{ url }} is not null
            then coalesce(nullif(
                regexp_extract({{ url }}, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''
            ), '/')
    end
{%- endmacro %}
