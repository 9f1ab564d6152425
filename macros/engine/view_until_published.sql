{#
    How a mart is kept that only chooses or adds columns: as a view, whose rows are written once, when it is published.
    On Spark the audit and the publication read files, which a view has none of.
#}
{% macro view_until_published() %}
    {{- return('table' if target.type == 'spark' else 'view') -}}
{% endmacro %}
