{#
    A 64-bit number for a text, as a key of joins and groupings, which are several times faster on numbers than on texts.
    DuckDB's hash() alone loses ids: it reads eight bytes at a time and moves their differences upwards only, so differences
    at the end of two blocks cancel out (`ORD-0001/CU-0001`). The second hash reads the text four bytes later, where these
    differences are at the start of a block and spread. Together they take 28 ns per value, hash() alone 7, and
    md5_number_lower(), which is equal in every version of DuckDB, 380: too much for ten million events. Spark's xxhash64()
    needs no second hash.
    The number differs between engines and may differ between versions of DuckDB, so never publish it. Tables that keep it
    between runs are rebuilt when it changes (int_web_delivery_days).
#}
{% macro hash64(text) %}{{ return(adapter.dispatch('hash64')(text)) }}{% endmacro %}

{% macro duckdb__hash64(text) -%}
    hash({{ text }}, concat('####', {{ text }}))
{%- endmacro %}

{% macro spark__hash64(text) -%}
    xxhash64({{ text }})
{%- endmacro %}
