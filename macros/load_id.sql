{#
    Which run writes a row of an incremental table, as a number. What one run has written, a model to the right has seen
    whole or not at all: it finds by itself which runs it has not seen, whatever ended them.
#}
{% macro load_id() -%}
    {{ hash64("'" ~ invocation_id ~ "'") }}
{%- endmacro %}
