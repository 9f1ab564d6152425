{#
    The Parquet file that the pipeline wants a mart written to, ready to be published, so that its rows are computed and
    written once. A plain dbt command names no folder, and its marts are tables or views.
#}
{% macro mart_file() %}
    {%- set folder = env_var('MART_FILES_DIR', '') -%}
    {{- return(folder ~ '/' ~ this.identifier ~ '.parquet' if folder and this.schema in ('marts', 'operations') else none) -}}
{% endmacro %}

{#
    Writes the file of a mart and creates a view of it. The new file replaces the old one by a rename, so open readers are
    not disturbed. Zstd's lowest level takes a third less time than the default, for files of nearly the same size. The
    small dictionary limit saves another fifth: dictionaries of unique keys are useless.
#}
{% macro write_mart_file(relation) %}
    {%- set file = mart_file() | replace("'", "''") -%}
    {% call statement('main') %}
        {{ get_assert_columns_equivalent(compiled_code) }}
        copy (
            {{ get_select_subquery(compiled_code) }}
        ) to '{{ file }}' (
            format parquet, compression zstd, compression_level 1, dictionary_size_limit 5000, use_tmp_file true
        )
    {% endcall %}
    {% call statement('view_on_file') %}create view {{ relation }} as from read_parquet('{{ file }}'){% endcall %}
{% endmacro %}

{#
    The materialization of a mart that only selects or adds columns: a view, whose rows the pipeline writes once, to its
    mart_file. On Spark a table, because audit and publication read files there.
#}
{% macro view_until_published() %}
    {{- return('table' if target.type != 'duckdb' else 'view') -}}
{% endmacro %}
