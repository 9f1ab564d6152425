{#
    Where the pipeline wants the rows of a mart: in a Parquet file that can be published as it is, so that they are
    computed and written once. A plain dbt command says nothing of a folder, and its marts are tables or views.
#}
{% macro mart_file() %}
    {%- set folder = env_var('MART_FILES_DIR', '') -%}
    {{- return(folder ~ '/' ~ this.identifier ~ '.parquet' if folder and this.schema in ('marts', 'operations') else none) -}}
{% endmacro %}

{#
    Writes the file of a mart, and a view on it. The file takes the place of the one before by a rename, which who has
    that open does not notice. Zstd's lowest level takes a third less time than the usual one, for files of nearly the
    same size. Of keys, which are all different, a dictionary is given up early: a fifth less, for files no larger.
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
