{#
    A 64-bit number for several values, to detect changes or rows that may be equal. Cheaper than hash64() and as good for
    numbers and times, but no key of texts: hash a text with hash64() first if collisions matter.
#}
{% macro fingerprint(values) %}{{ return(adapter.dispatch('fingerprint')(values)) }}{% endmacro %}

{% macro duckdb__fingerprint(values) -%}
    hash({{ values }})
{%- endmacro %}

{% macro spark__fingerprint(values) -%}
    xxhash64({{ values }})
{%- endmacro %}
