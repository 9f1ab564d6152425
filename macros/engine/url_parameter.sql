{#
    The value of one query parameter of a URL, decoded ('+' is a space); null or the empty text where it is absent or empty:
    DuckDB would look for it twice to tell them apart here. A value whose percent-encoding is broken stays as it stands.
    Only URLs that hold '<name>=' are taken apart.
#}
{% macro url_parameter(url, name) -%}
    {%- set pattern = "'^[^#]*?[?&]" ~ name ~ "=([^&#]*)'" -%}
    {%- set text = "replace(regexp_extract(" ~ url ~ ", " ~ pattern ~ ", 1), '+', ' ')" -%}
    case
        when contains({{ url }}, '{{ name }}=') and not contains({{ url }}, '%') then {{ text }}
        when contains({{ url }}, '{{ name }}=')
            then {{ adapter.dispatch('decode_url_text')(text) }}
    end
{%- endmacro %}

{% macro duckdb__decode_url_text(text) -%}
    case
        when not contains({{ text }}, '%') or {{ has_broken_encoding(text) }} then {{ text }}
        else coalesce(try(url_decode({{ text }})), {{ text }})
    end
{%- endmacro %}

{# Java puts U+FFFD where bytes are no UTF-8. #}
{% macro spark__decode_url_text(text) -%}
    case
        when not contains({{ text }}, '%') or {{ has_broken_encoding(text) }} then {{ text }}
        when contains(try_url_decode({{ text }}), '�') then {{ text }}
        else coalesce(try_url_decode({{ text }}), {{ text }})
    end
{%- endmacro %}

{# A '%' that is not followed by two hexadecimal digits. #}
{% macro has_broken_encoding(text) -%}
    {{ matches(text, "'%($|[^0-9A-Fa-f]|[0-9A-Fa-f]($|[^0-9A-Fa-f]))'") }}
{%- endmacro %}
