{#
    Parts of a URL. The host, in lower case without user and port, needs an absolute URL; null where there is none. The
    slower pattern, which skips a user, is only used for URLs with an '@'.
#}
{% macro url_host(url) -%}
    nullif(lower(case
        when contains({{ url }}, '@')
            then regexp_extract({{ url }}, '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#:]+)', 1)
        else regexp_extract({{ url }}, '^[^:/?#]+://([^/?#:]+)', 1)
    end), '')
{%- endmacro %}

{# The path of an absolute or relative URL, without query and fragment; '/' where it is empty. #}
{% macro url_path(url) -%}
    case
        when {{ url }} is not null
            then coalesce(nullif(
                regexp_extract({{ url }}, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''
            ), '/')
    end
{%- endmacro %}

{#
    The decoded value of a query parameter ('+' is a space); null or empty where it is missing or empty, because telling
    them apart would cost DuckDB a second search. A value with broken percent-encoding is returned as it is. Only URLs that
    contain '<name>=' are parsed.
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

{# Java decodes bytes that are not UTF-8 to U+FFFD. #}
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

{# The campaign id in a URL: utm_id, else gad_campaignid, which Google Ads adds. Null or empty without one. #}
{% macro url_campaign_id(url) -%}
    coalesce(nullif({{ url_parameter(url, 'utm_id') }}, ''), {{ url_parameter(url, 'gad_campaignid') }})
{%- endmacro %}

{# The first advertising click id with a value in a URL, as parameter=value; null without one. #}
{% macro url_click_id(url) -%}
    nullif(
        regexp_extract(
            {{ url }}, '^[^#]*?[?&]((gclid|msclkid|li_fat_id|fbclid|ttclid)=[^&#]+)', 1
        ), ''
    )
{%- endmacro %}

{#
    The parameter name of the advertising click id in a URL, a key of rule seed click_ids; null without one. If there are
    several, the first of the list wins. Most URLs have none and are only searched.
#}
{% macro url_click_id_parameter(url) -%}
    case
        when contains({{ url }}, 'clid=') or contains({{ url }}, 'clkid=') or contains({{ url }}, 'li_fat_id=')
            then case
                {%- for name in ['gclid', 'msclkid', 'li_fat_id', 'fbclid', 'ttclid'] %}
                when
                    contains({{ url }}, '{{ name }}=')
                    and {{ matches(url, "'^[^#]*[?&]" ~ name ~ "=[^&#]'") }}
                    then '{{ name }}'
                {%- endfor %}
            end
    end
{%- endmacro %}

{# Whether a URL has a utm parameter or an advertising click id with a value. #}
{% macro url_has_campaign(url) -%}
    case
        when {{ url }} is null or not contains({{ url }}, '?') then false
        else {{ matches(
            url,
            "'^[^#]*[?&](utm_source|utm_medium|utm_campaign|gclid|msclkid|li_fat_id|fbclid|ttclid)=[^&#]'"
        ) }}
    end
{%- endmacro %}
