{#
    Text as a UTC timestamp, null where it is none: `2024-02-01`, optionally with a time of day and an offset (Z, UTC,
    +02:00), which is applied; without one it is UTC. Only text of this form reaches the engines' casts, because they
    differ in what else they accept, and DuckDB's applies a zone's name (PST) to the following rows too.
#}
{% macro parse_timestamp(column) %}
    {{- return(adapter.dispatch('cast_timestamp')(text_like_a_timestamp(column))) -}}
{% endmacro %}

{% macro text_like_a_timestamp(column) -%}
    case
        when {{ matches(column, "'^ *[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}([T ]([01]?[0-9]|2[0-3]):[0-9]{1,2}"
            ~ "(:[0-9]{1,2}([.][0-9]*)?)?( ?(Z|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)? *$'") }}
            then trim({{ column }})
    end
{%- endmacro %}

{% macro duckdb__cast_timestamp(text) -%}
    cast(try_cast(replace(replace({{ text }}, ' +', '+'), ' -', '-') as timestamptz) as timestamp)
{%- endmacro %}

{% macro spark__cast_timestamp(text) -%}
    try_cast({{ text }} as timestamp)
{%- endmacro %}

{# Text as a date, null where it is none; a time of day after it is ignored. #}
{% macro parse_date(column) -%}
    try_cast(split_part(replace({{ text_like_a_timestamp(column) }}, 'T', ' '), ' ', 1) as date)
{%- endmacro %}

{# A whole number of microseconds since 1970 as a UTC timestamp. #}
{% macro timestamp_of_microseconds(number) %}
    {{- return(adapter.dispatch('timestamp_of_microseconds')(number)) -}}
{% endmacro %}

{% macro duckdb__timestamp_of_microseconds(number) -%}
    make_timestamp({{ number }})
{%- endmacro %}

{% macro spark__timestamp_of_microseconds(number) -%}
    timestamp_micros({{ number }})
{%- endmacro %}
