{#
    Before an incremental model appends: takes out of it what belongs to a key with an event of a backfill's days. On
    Spark such a model is built anew instead (config full_refresh): its tables cannot lose single rows.
#}
{% macro remove_reloaded(key, web_events) %}
    {%- if execute and is_incremental() and is_backfill() -%}
        {%- set days = is_reloaded('received_date') -%}
        {{ return('delete from ' ~ this ~ ' where ' ~ key ~ ' in (select ' ~ key ~ ' from ' ~ web_events ~ ' where ' ~ days ~ ')') }}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}
