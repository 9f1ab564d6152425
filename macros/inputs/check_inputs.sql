{#
    Runs before any model: makes the user's raw tables readable as source('<vendor>', '<table>'). Stops if something
    required is missing, with its vendor, table and column. The demo's seeds need no check, but its unit tests need the
    declarations.
#}
{% macro check_inputs() %}
    {%- if not is_concerned() -%}{{ return('') }}{%- endif -%}
    {%- if is_demo() -%}
        {%- do keep_declarations() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set files = raw_files() -%}
    {%- set problems = [] -%}
    {%- for table in graph.sources.values()
        if table.package_name == 'revenue_funnel' and table.source_name in switched_on_vendors() -%}
        {%- do problems.extend(prepare_raw_table(table, files)) -%}
    {%- endfor -%}
    {%- do problems.extend(check_rule_overrides(files)) -%}
    {%- if problems -%}
        {%- do exceptions.raise_compiler_error(
            'The raw data cannot be used; nothing was built.\n  - ' ~ problems | join('\n  - ')
        ) -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}

{# The vendors in the vars <kind>_sources. #}
{% macro switched_on_vendors() %}
    {%- set vendors = [] -%}
    {%- for kind in [
        'crm', 'web', 'email', 'ad', 'billing', 'meeting', 'company_visit', 'privacy', 'content',
        'qualification', 'social',
    ] -%}
        {%- do vendors.extend(var(kind ~ '_sources')) -%}
    {%- endfor -%}
    {{ return(vendors | unique | list) }}
{% endmacro %}

{#
    Makes one raw table readable as a view raw_<vendor>.<table>: of the file, of the user's table, or without rows if the
    table is optional and missing. Returns what is wrong with it, as a list of sentences.
#}
{% macro prepare_raw_table(table, files) %}
    {%- set vendor = table.source_name -%}
    {%- set file = files.get(vendor ~ '/' ~ table.name) -%}
    {%- set label = vendor ~ '.' ~ table.name -%}
    {%- set theirs = none -%}
    {%- if not var('raw_location') -%}
        {%- set theirs = delivered_table(
            var('raw_database') or target.database, var('raw_schemas').get(vendor, vendor), table.name
        ) -%}
    {%- endif -%}
    {%- do run_query('create schema if not exists ' ~ table.schema) -%}
    {%- if file and file.is_empty -%}
        {{ return([label ~ ': ' ~ file.path ~ ' is empty, without even a header line. Deliver it again.']) }}
    {%- elif not file and not theirs and table.config.meta.get('optional') -%}
        {%- do create_empty_table(table) -%}
        {{ return([]) }}
    {%- elif not file and not theirs -%}
        {{ return([label ~ ': there is no such table' ~ (' under ' ~ var('raw_location') if var('raw_location') else '')
            ~ '. Deliver it, or take ' ~ vendor ~ ' out of the vars that switch vendors on.']) }}
    {%- endif -%}
    {%- set broken = broken_csv_rows(label, file) if file else [] -%}
    {%- if broken -%}{{ return(broken) }}{%- endif -%}
    {%- set name = table.schema ~ '.' ~ table.identifier -%}
    {%- set style = file.numbers if file else none -%}
    {%- set as_written = name ~ ('__as_written' if style else '') -%}
    {%- do create_raw_view(as_written, theirs, file) -%}
    {%- set found = found_columns(as_written) -%}
    {%- if style -%}{%- do create_view_of_style(name, as_written, found, table.columns, style) -%}{%- endif -%}
    {%- set problems = [] -%}
    {%- for name, column in table.columns.items() if column.meta.get('required') and name not in found -%}
        {%- do problems.append(label ~ ': column ' ~ name ~ ' is missing. Found: ' ~ found | join(', ') ~ '.') -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}

{# A view of a view, with its declared numbers written as the build reads them. #}
{% macro create_view_of_style(name, as_written, found, declared, style) %}
    {%- set columns = [] -%}
    {%- for column in found -%}
        {%- set is_number = declared.get(column, {}).get('data_type', '').startswith(('decimal', 'bigint', 'double')) -%}
        {%- set quoted = adapter.quote(column) -%}
        {%- do columns.append((number_of_style(quoted, style) ~ ' as ' if is_number else '') ~ quoted) -%}
    {%- endfor -%}
    {%- do run_query('create or replace view ' ~ name ~ ' as select ' ~ columns | join(', ') ~ ' from ' ~ as_written) -%}
{% endmacro %}

{# A view with the declared columns and no rows. #}
{% macro create_empty_table(table) %}
    {%- set columns = [] -%}
    {%- for name in table.columns -%}{%- do columns.append('cast(null as string) as ' ~ name) -%}{%- endfor -%}
    {%- do run_query('create or replace view ' ~ table.schema ~ '.' ~ table.identifier
        ~ ' as select ' ~ columns | join(', ') ~ ' where 1 = 0') -%}
{% endmacro %}
