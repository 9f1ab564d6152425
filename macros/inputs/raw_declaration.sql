{#
    What the project declares about a raw table: its entry in _<vendor>__sources.yml, from dbt's graph. In a unit test
    dbt gives no graph, so the file itself is read.
#}
{% macro raw_declaration(vendor, table) %}
    {%- if graph.get('sources') -%}
        {{ return(graph.sources['source.' ~ project_name ~ '.' ~ vendor ~ '.' ~ table]) }}
    {%- endif -%}
    {%- set file = 'models/staging/' ~ vendor ~ '/_' ~ vendor ~ '__sources.yml' -%}
    {%- set content = fromyaml(run_query("select content from read_text('" ~ file ~ "')").rows[0][0]) -%}
    {%- set entry = content.sources[0].tables | selectattr('name', 'equalto', table) | first -%}
    {%- set columns = {} -%}
    {%- for column in entry.columns -%}
        {%- set meta = column.get('config', {}).get('meta', {}) -%}
        {%- do columns.update({column.name: {'data_type': column.data_type, 'meta': meta}}) -%}
    {%- endfor -%}
    {{ return({'columns': columns, 'config': {'meta': entry.get('config', {}).get('meta', {})}}) }}
{% endmacro %}
