{#
    Text to a UTC timestamp, null where it is none: `2024-02-01`, then at will the time of day and an offset (Z, UTC,
    +02:00), which is honoured; without one it is UTC. Only this form reaches the engines' own casts: they differ in what
    else they take, and DuckDB's carries a zone's name (PST) over into the rows that follow.
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
