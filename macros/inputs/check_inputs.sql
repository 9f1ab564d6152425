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
    {%- set label = vendor ~ '.' ~ table.name -%}
    {%- set places = places_of(table, files) -%}
    {%- if places | length > 1 -%}
        {{ return([label ~ ': ' ~ places.keys() | join(' and ') ~ ' may both be this table. Keep one of them.']) }}
    {%- endif -%}
    {%- set place = (places.values() | list)[0] if places else none -%}
    {%- set file, theirs = (place, none) if var('raw_location') else (none, place) -%}
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
    {%- do create_raw_view(name, theirs, file) -%}
    {%- set found = found_columns(name) -%}
    {%- set problems = [] -%}
    {%- set given = given_columns(table, found, problems) -%}
    {%- if style or given -%}
        {%- do create_raw_view(name ~ '__as_written', theirs, file) -%}
        {%- do create_declared_view(name, found, given, table.columns, style) -%}
    {%- endif -%}
    {%- for name, column in table.columns.items()
        if column.meta.get('required') and name not in found and name not in given -%}
        {%- do problems.append(label ~ ': column ' ~ name ~ ' is missing. Found: ' ~ found | join(', ') ~ '.') -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}

{# The file or the user's table of a raw table, by the name it has there; several if that is ambiguous. #}
{% macro places_of(table, files) %}
    {%- set places = {} -%}
    {%- set vendor = table.source_name -%}
    {%- set also_named = table.config.meta.get('also_named', []) -%}
    {%- if var('raw_location') -%}
        {%- set delivered = [] -%}
        {%- for key in files if key.startswith(vendor ~ '/') -%}{%- do delivered.append(key.split('/')[1]) -%}{%- endfor -%}
        {%- for name in given_names(table.name, also_named, delivered) -%}
            {%- set file = files[vendor ~ '/' ~ name] -%}
            {%- set style = var('csv_formats').get(vendor ~ '.' ~ table.name) -%}
            {%- if style and file.format == 'csv' -%}
                {%- do file.update({'delimiter': style.get('delimiter', ','), 'numbers': style.get('numbers')}) -%}
            {%- endif -%}
            {%- do places.update({name: file}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for name in [table.name, table.name | replace('_', '')] | unique | list + also_named -%}
            {%- set theirs = delivered_table(
                var('raw_database') or target.database, var('raw_schemas').get(vendor, vendor), name
            ) -%}
            {%- if theirs -%}{%- do places.update({name: theirs}) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(places) }}
{% endmacro %}

{# A view of the view __as_written with declared names of columns, and declared numbers as the build reads them. #}
{% macro create_declared_view(name, found, given, declared, style) %}
    {%- set names = {} -%}
    {%- for column in found if column not in given.values() -%}{%- do names.update({column: column}) -%}{%- endfor -%}
    {%- do names.update(given) -%}
    {%- set columns = [] -%}
    {%- for column, written in names.items() -%}
        {%- set is_number = declared.get(column, {}).get('data_type', '').startswith(('decimal', 'bigint', 'double')) -%}
        {%- set quoted = adapter.quote(written) -%}
        {%- set value = number_of_style(quoted, style) if style and is_number else quoted -%}
        {%- do columns.append(value ~ ' as ' ~ adapter.quote(column)) -%}
    {%- endfor -%}
    {%- do run_query('create or replace view ' ~ name ~ ' as select ' ~ columns | join(', ') ~ ' from ' ~ name ~ '__as_written') -%}
{% endmacro %}

{# A view with the declared columns and no rows. #}
{% macro create_empty_table(table) %}
    {%- set columns = [] -%}
    {%- for name in table.columns -%}{%- do columns.append('cast(null as string) as ' ~ name) -%}{%- endfor -%}
    {%- do run_query('create or replace view ' ~ table.schema ~ '.' ~ table.identifier
        ~ ' as select ' ~ columns | join(', ') ~ ' where 1 = 0') -%}
{% endmacro %}
