{#
    A 64-bit number for a text, as a key of joins and groupings, which numbers make several times faster than texts.
    DuckDB's hash() alone loses ids: it takes eight bytes at a time and moves their differences upwards only, so
    differences at the end of two blocks cancel out (`ORD-0001/CU-0001`). The second hash reads the text four bytes
    later, where the same differences are at the start of a block and spread. Together they take 28 ns a value, hash()
    alone 7, and md5_number_lower(), the same in every version of DuckDB, 380: too much for ten million events.
    The number differs between engines and may differ between versions of DuckDB: never publish it. Tables that keep it
    from run to run are built anew when it changes (int_web_delivery_days). Spark's xxhash64() mixes by itself.
#}
{% macro hash64(text) %}{{ return(adapter.dispatch('hash64')(text)) }}{% endmacro %}

{% macro duckdb__hash64(text) -%}
    hash({{ text }}, concat('####', {{ text }}))
{%- endmacro %}

{% macro spark__hash64(text) -%}
    xxhash64({{ text }})
{%- endmacro %}
