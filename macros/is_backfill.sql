{# Whether a run reads the web events of some days of delivery again (run_pipeline.py run --from, --until). #}
{% macro is_backfill() %}{{ return(true if var('web_reload_from') or var('web_reload_until') else false) }}{% endmacro %}
