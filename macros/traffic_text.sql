{#
    Several texts as one, each ended by the unit separator (character 31) and empty where it is null; the separator within
    a text becomes a blank (looked for first, because hardly any holds one). part_of_traffic_text() takes one out again.
#}
{% macro traffic_text(texts) -%}
    concat_ws(
        ''
        {%- for text in texts -%}
        ,
        case when contains({{ text }}, chr(31)) then replace({{ text }}, chr(31), ' ') else {{ text }} end,
        chr(31)
        {%- endfor -%}
    )
{%- endmacro %}

{% macro part_of_traffic_text(text, number) -%}
    nullif(split_part({{ text }}, chr(31), {{ number }}), '')
{%- endmacro %}
