{# The value of one key of a JSON object as text, null where it has none. #}
{% macro json_text(json, key) %}{{ return(adapter.dispatch('json_text')(json, key)) }}{% endmacro %}

{% macro duckdb__json_text(json, key) -%}
    case when json_valid({{ json }}) then json_extract_string({{ json }}, '$.{{ key }}') end
{%- endmacro %}

{% macro spark__json_text(json, key) -%}
    get_json_object({{ json }}, '$.{{ key }}')
{%- endmacro %}

{#
    A JSON array of {key, value: {string_value, int_value, float_value, double_value}} as a list to look keys up in; null
    where the text is none.
#}
{% macro keyed_values(json) %}{{ return(adapter.dispatch('keyed_values')(json)) }}{% endmacro %}

{% macro duckdb__keyed_values(json) -%}
    case
        when json_valid({{ json }})
            then from_json(
                {{ json }},
                '[{"key": "VARCHAR", "value": {"string_value": "VARCHAR", "int_value": "VARCHAR", "float_value": "VARCHAR", "double_value": "VARCHAR"}}]'
            )
    end
{%- endmacro %}

{% macro spark__keyed_values(json) -%}
    from_json(
        {{ json }},
        'array<struct<key: string, value: struct<string_value: string, int_value: string, float_value: string, double_value: string>>>'
    )
{%- endmacro %}

{# The value of one key in such a list as text, null where it has none. #}
{% macro keyed_value(values, key) %}{{ return(adapter.dispatch('keyed_value')(values, key)) }}{% endmacro %}

{% macro duckdb__keyed_value(values, key) -%}
    list_transform(
        list_filter({{ values }}, lambda item: item.key = '{{ key }}'),
        lambda item: coalesce(
            item.value.string_value, item.value.int_value, item.value.double_value, item.value.float_value
        )
    )[1]
{%- endmacro %}

{% macro spark__keyed_value(values, key) -%}
    get(
        transform(
            filter({{ values }}, item -> item.key = '{{ key }}'),
            item -> coalesce(
                item.value.string_value, item.value.int_value, item.value.double_value, item.value.float_value
            )
        ), 0
    )
{%- endmacro %}
