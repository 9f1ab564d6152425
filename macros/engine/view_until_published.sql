{#
    How a model is kept that only chooses or adds columns, where the audit or the publication reads it: as a view,
    whose rows are written once, when it is published. On Spark both read files, which a view has none of.
#}
{% macro view_until_published() %}
    {{- return('table' if target.type == 'spark' else 'view') -}}
{% endmacro %}
