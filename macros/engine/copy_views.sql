{#
    Writes the rows of some views into tables of schema `views`: Spark's tables are files, which other programs read, its
    views are not. `dbt run-operation copy_views --args '{relations: [marts.fct_sessions]}'`, used by `make test-spark`.
#}
{% macro copy_views(relations) -%}
    {%- do run_query('create schema if not exists views') -%}
    {%- for relation in relations -%}
        {%- set table = 'views.' ~ relation.split('.')[1] -%}
        {%- do run_query('drop table if exists ' ~ table) -%}
        {%- do run_query('create table ' ~ table ~ ' as select * from ' ~ relation) -%}
    {%- endfor -%}
{%- endmacro %}
