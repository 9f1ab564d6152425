{#
    How a model is kept that only chooses or adds columns: as a view, whose rows are written once, by the pipeline, to the
    file that is published (mart_file). On Spark audit and publication read files, which a view has none of.
#}
{% macro view_until_published() %}
    {{- return('table' if target.type == 'spark' else 'view') -}}
{% endmacro %}
