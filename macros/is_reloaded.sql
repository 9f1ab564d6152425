{# Whether a day of delivery is one of a backfill: its web events are read again, whatever its fingerprint says. #}
{% macro is_reloaded(received_date) -%}
    {%- if is_backfill() -%}
        {{ received_date }} between cast('{{ var('web_reload_from') or '0001-01-01' }}' as date)
        and cast('{{ var('web_reload_until') or '9999-12-31' }}' as date)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
