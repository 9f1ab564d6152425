{#
    The host of an absolute URL in lower case, without user and port; null where there is none. Only a URL with an '@'
    needs the slower pattern that looks for a user.
#}
{% macro url_host(url) -%}
    nullif(lower(case
        when contains({{ url }}, '@')
            then regexp_extract({{ url }}, '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#:]+)', 1)
        else regexp_extract({{ url }}, '^[^:/?#]+://([^/?#:]+)', 1)
    end), '')
{%- endmacro %}
