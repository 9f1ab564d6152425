{#
    Tables and views on DuckDB. dbt-duckdb creates the new one beside the old one, renames both and drops the old one, which
    takes dbt longer than most models take DuckDB. Dropping and creating in one transaction has the same effect: a model
    that fails leaves the old one in place. Indexes, grants and foreign keys are not supported; no model has them.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set relation = this.incorporate(type='view' if mart_file() else 'table') -%}
    {{ begin_in_place() }}
    {% if mart_file() %}
        {{ write_mart_file(relation) }}
    {% else %}
        {% call statement('main', language=model['language']) %}
            {{- create_table_as(False, relation, compiled_code, model['language']) -}}
        {% endcall %}
    {% endif %}
    {{ end_in_place(relation) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='view') -%}
    {{ begin_in_place() }}
    {% if mart_file() %}
        {{ write_mart_file(relation) }}
    {% else %}
        {% call statement('main') %}{{ create_view_as(relation, compiled_code) }}{% endcall %}
    {% endif %}
    {{ end_in_place(relation) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{% macro begin_in_place() %}
    {{ run_pre_hooks() }}
    {{ drop_existing() }}
{% endmacro %}

{% macro run_pre_hooks() %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
{% endmacro %}

{% macro drop_existing() %}
    {%- set existing = load_cached_relation(this) -%}
    {% if existing is not none %}
        {% call statement('drop_existing') %}drop {{ existing.type }} {{ existing }}{% endcall %}
    {% endif %}
{% endmacro %}

{% macro end_in_place(relation) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
{% endmacro %}
