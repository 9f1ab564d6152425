{#
    The run that writes a row of an incremental table, as a number. A later model reads the rows of one run completely or not
    at all, so it can find the runs it has not read yet, even after a run that failed.
#}
{% macro load_id() -%}
    {{ hash64("'" ~ invocation_id ~ "'") }}
{%- endmacro %}
