{#
    Column names of a table or view, lower case. By a query of no rows: adapter.get_columns_in_relation() opens a
    transaction on DuckDB, which ends with the hook, and all that was prepared after it would be rolled back.
#}
{% macro found_columns(name) %}
    {{ return(get_columns_in_query('select * from ' ~ name) | map('lower') | list) }}
{% endmacro %}
