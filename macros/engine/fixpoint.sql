{#
    A model that is computed in rounds until it no longer changes. Its SQL is a start query, then_repeat(), and a step that
    reads the rows of the previous round from previous(). A model that still changes after max_iterations rounds (meta in
    its config, 50 by default) fails and keeps its old table.
    Each round is committed, because DuckDB does not know the size of an uncommitted table and would choose slow joins.
#}
{% materialization fixpoint, default %}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set before = previous().incorporate(type='table') -%}
    {%- set after = this.incorporate(path={'identifier': this.identifier ~ '__next'}, type='table') -%}
    {%- set queries = compiled_code.split(then_repeat()) -%}
    {%- set max_iterations = config.get('meta', {}).get('max_iterations', 50) -%}
    {%- set round = namespace(number=0, changes=1) -%}
    {%- if queries | length != 2 -%}
        {% do exceptions.raise_compiler_error(
            this.identifier ~ ' must have one then_repeat(), between its start query and its step.'
        ) %}
    {%- endif -%}
    {{ run_pre_hooks() }}
    {% do adapter.drop_relation(after) %}
    {% call statement('main') %}{{ create_table_as(False, after, queries[0]) }}{% endcall %}
    {% do adapter.commit() %}
    {%- for _ in range(max_iterations) -%}
        {#- Inside the loop, because dbt 2 evaluates the filter of a loop only once. -#}
        {%- if round.changes -%}
            {% do adapter.drop_relation(before) %}
            {% do adapter.rename_relation(after, before) %}
            {% call statement('step') %}{{ create_table_as(False, after, queries[1]) }}{% endcall %}
            {% do adapter.commit() %}
            {%- set round.number = round.number + 1 -%}
            {%- set round.changes = run_query(count_changes(before, after)).rows[0][0] | int -%}
        {%- endif -%}
    {%- endfor -%}
    {% do adapter.drop_relation(before) %}
    {%- if round.changes -%}
        {% do adapter.drop_relation(after) %}
        {% do exceptions.raise_compiler_error(
            this.identifier ~ ' still changes after ' ~ max_iterations ~ ' rounds (' ~ round.changes ~ ' rows in the last'
            ~ ' one). Raise max_iterations in the meta of its config, or make sure that its step comes to an end on this data.'
        ) %}
    {%- endif -%}
    {% do log(this.identifier ~ ' no longer changes after ' ~ round.number ~ ' rounds') %}
    {{ drop_existing() }}
    {#- dbt's cache would refuse the new name otherwise. -#}
    {% do adapter.drop_relation(relation) %}
    {% do adapter.rename_relation(after, relation) %}
    {{ end_in_place(relation) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{# Ends the start query and begins the step. #}
{% macro then_repeat() %}/* then repeat */{% endmacro %}

{# The rows of the previous round, for the step. #}
{% macro previous() %}{{ return(this.incorporate(path={'identifier': this.identifier ~ '__previous'})) }}{% endmacro %}

{# The number of new rows, plus the difference of the numbers of rows. #}
{% macro count_changes(before, after) -%}
    select
        (select count(*) from (select * from {{ after }} except select * from {{ before }}) as new_rows)
        + abs((select count(*) from {{ after }}) - (select count(*) from {{ before }}))
{%- endmacro %}
