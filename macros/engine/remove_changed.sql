{#
    Before an incremental model appends: deletes the groups (days, buckets) that are rebuilt, which another model marks with
    is_changed. On Spark a group is a partition, which is dropped even if it gets no new rows.
#}
{% macro remove_changed(key, changes) %}
    {%- if execute and is_incremental() -%}{{ return(adapter.dispatch('remove_changed')(key, changes)) }}{%- endif -%}
    {{ return('') }}
{% endmacro %}

{% macro duckdb__remove_changed(key, changes) -%}
    delete from {{ this }} where {{ key }} in (select {{ key }} from {{ changes }} where is_changed)
{%- endmacro %}

{% macro spark__remove_changed(key, changes) %}
    {%- for row in run_query('select ' ~ key ~ ' from ' ~ changes ~ ' where is_changed').rows -%}
        {%- do run_query("alter table " ~ this ~ " drop if exists partition (" ~ key ~ " = '" ~ row[0] ~ "')") -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}
