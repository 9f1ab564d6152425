{# What the project declares about a raw table: its entry in _<vendor>__sources.yml, from dbt's graph. #}
{% macro raw_declaration(vendor, table) %}
    {{ return(graph.sources['source.' ~ project_name ~ '.' ~ vendor ~ '.' ~ table]) }}
{% endmacro %}
