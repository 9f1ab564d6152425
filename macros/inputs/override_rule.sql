{# After a rule seed is loaded: the user's raw_location/rules/<seed>.csv takes its place as a whole, if there is one. #}
{% macro override_rule() %}
    {%- if not execute or var('raw_data') == 'demo' or not var('raw_location') -%}{{ return('') }}{%- endif -%}
    {%- set file = raw_files().get('rules/' ~ this.identifier) -%}
    {%- if not file -%}{{ return('') }}{%- endif -%}
    {%- do create_raw_view('raw_rules.' ~ this.identifier, none, file) -%}
    {%- set columns = [] -%}
    {%- for name, data_type in model.config.column_types.items() -%}
        {%- do columns.append('cast(' ~ name ~ ' as ' ~ data_type ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {{ return(replace_rows(this, 'select ' ~ columns | join(', ') ~ ' from raw_rules.' ~ this.identifier)) }}
{% endmacro %}
