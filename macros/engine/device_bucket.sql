{# A device's bucket: sessions are rebuilt bucket by bucket. On Spark it is a partition, a folder of files, so there are few. #}
{% macro device_bucket(device_key) %}{{ return(adapter.dispatch('device_bucket')(device_key)) }}{% endmacro %}

{% macro duckdb__device_bucket(device_key) -%}
    cast({{ device_key }} % 65536 as int)
{%- endmacro %}

{% macro spark__device_bucket(device_key) -%}
    cast(pmod({{ device_key }}, 64) as int)
{%- endmacro %}
