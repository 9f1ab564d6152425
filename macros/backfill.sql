{# Whether this run reads the web events of some delivery days again (run_pipeline.py run --from, --until). #}
{% macro is_backfill() %}{{ return(true if var('web_reload_from') or var('web_reload_until') else false) }}{% endmacro %}

{# Whether the backfill reads a delivery day again, changed or not. #}
{% macro is_reloaded(received_date) -%}
    {%- if is_backfill() -%}
        {{ received_date }} between cast('{{ var('web_reload_from') or '0001-01-01' }}' as date)
        and cast('{{ var('web_reload_until') or '9999-12-31' }}' as date)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#
    Before an incremental model appends in a backfill: deletes every key that has an event of the days that are read again.
    On Spark such a model is rebuilt instead (config full_refresh), because its tables cannot delete single rows.
#}
{% macro remove_reloaded(key, web_events) %}
    {%- if execute and is_incremental() and is_backfill() -%}
        {%- set days = is_reloaded('received_date') -%}
        {{ return('delete from ' ~ this ~ ' where ' ~ key ~ ' in (select ' ~ key ~ ' from ' ~ web_events ~ ' where ' ~ days ~ ')') }}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}
