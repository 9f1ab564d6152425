{# Whether the demo company is built. Another project, which has installed this one as a package, always builds its own data. #}
{% macro is_demo() %}
    {{ return(project_name == 'revenue_funnel' and var('raw_data') == 'demo') }}
{% endmacro %}

{# The schema of the views on raw tables or files, as in the declarations of sources; in another project below its own schema. #}
{% macro raw_schema(name) %}
    {{ return(('' if project_name == 'revenue_funnel' else target.schema ~ '_') ~ 'raw_' ~ name) }}
{% endmacro %}

{# Whether the command is about anything of this project. Another project also runs commands about its own models only. #}
{% macro is_concerned() %}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {%- if project_name == 'revenue_funnel' -%}{{ return(true) }}{%- endif -%}
    {%- for name in selected_resources if name.split('.')[1] == 'revenue_funnel' -%}{{ return(true) }}{%- endfor -%}
    {{ return(false) }}
{% endmacro %}

{#
    The seed of a rule. Another project replaces a rule as any seed of a package: it disables this one and has one of the
    same name, which ref() then finds.
#}
{% macro rule_seed(name) %}
    {{ return(graph.nodes.get('seed.revenue_funnel.' ~ name) or graph.nodes.get('seed.' ~ project_name ~ '.' ~ name)) }}
{% endmacro %}

{# The file of a seed. dbt 2 names the file of a package's seed from the folder of the other project, dbt 1 from the package's. #}
{% macro seed_file(seed) %}
    {%- set file = seed.original_file_path.split('/revenue_funnel/')[-1] -%}
    {{ return({'path': seed.root_path ~ '/' ~ file, 'format': 'csv'}) }}
{% endmacro %}
