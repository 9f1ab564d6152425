{#
    Runs after a rule seed is loaded: if the company has a file rules/<seed>.csv of its own, its rows replace the seed's.
    Own data have it in raw_location; the demo company has it in seeds/demo, which is read for the demo only.
#}
{% macro override_rule() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set files = raw_files(model.root_path ~ '/seeds/demo' if var('raw_data') == 'demo' else none) -%}
    {%- set file = files.get('rules/' ~ this.identifier) -%}
    {%- if not file -%}{{ return('') }}{%- endif -%}
    {%- do run_query('create schema if not exists raw_rules') -%}
    {%- do create_raw_view('raw_rules.' ~ this.identifier, none, file) -%}
    {%- set columns = [] -%}
    {#- In the table's own order: dbt 2 sorts column_types by name, and loads the seed by position the next time. -#}
    {%- for name in found_columns(this) -%}
        {%- do columns.append('cast(' ~ name ~ ' as ' ~ model.config.column_types[name] ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {{ return(replace_rows(this, 'select ' ~ columns | join(', ') ~ ' from raw_rules.' ~ this.identifier)) }}
{% endmacro %}
