{# A URL, or a part of one, with `(email)` in place of email addresses: links of newsletters and forms may contain them. #}
{% macro without_emails(text) -%}
    case
        when contains({{ text }}, '@') or contains({{ text }}, '%40')
            then {{ replaced_everywhere(text, "'[^/?&=#;:, ]+(@|%40)[^/?&=#;:, ]+[.][A-Za-z]{2,}'", "'(email)'") }}
        else {{ text }}
    end
{%- endmacro %}

{# A text with every match of a pattern replaced. #}
{% macro replaced_everywhere(text, pattern, replacement) %}
    {{- return(adapter.dispatch('replaced_everywhere')(text, pattern, replacement)) -}}
{% endmacro %}

{% macro duckdb__replaced_everywhere(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 'g')
{%- endmacro %}

{% macro spark__replaced_everywhere(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }})
{%- endmacro %}
