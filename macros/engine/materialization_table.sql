{#
    dbt-duckdb makes a table beside the old one, renames both and drops the old one, which costs dbt more time than most
    models cost DuckDB. Dropping and creating in one transaction comes to the same: a model that fails leaves the old
    table. Indexes, grants and foreign keys, for which dbt-duckdb cares too, no model here has.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ drop_in_transaction(existing) }}
    {% call statement('main', language=model['language']) %}
        {{- create_table_as(False, relation, compiled_code, model['language']) -}}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{% macro drop_in_transaction(existing) %}
    {% if existing is not none %}
        {% call statement('drop_existing') %}drop {{ existing.type }} {{ existing }}{% endcall %}
    {% endif %}
{% endmacro %}
