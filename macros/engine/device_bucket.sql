{#
    The bucket of a device. Sessions are rebuilt bucket by bucket. DuckDB has many buckets, so that the devices of a day share
    theirs with few others; on Spark a bucket is a partition, a folder of files, so there are few.
#}
{% macro device_bucket(device_key) %}{{ return(adapter.dispatch('device_bucket')(device_key)) }}{% endmacro %}

{% macro duckdb__device_bucket(device_key) -%}
    cast({{ device_key }} % 262144 as int)
{%- endmacro %}

{% macro spark__device_bucket(device_key) -%}
    cast(pmod({{ device_key }}, 64) as int)
{%- endmacro %}
