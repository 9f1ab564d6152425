{#
    A 64-bit number for several values, to see whether they have changed or to find rows that may be equal. Cheaper than
    hash64() and as good for numbers and times, but no key of texts: a text that decides goes through hash64() first.
#}
{% macro fingerprint(values) %}{{ return(adapter.dispatch('fingerprint')(values)) }}{% endmacro %}

{% macro duckdb__fingerprint(values) -%}
    hash({{ values }})
{%- endmacro %}

{% macro spark__fingerprint(values) -%}
    xxhash64({{ values }})
{%- endmacro %}
