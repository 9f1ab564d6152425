{#
    A declared column of a raw table as its declared type; null where the table lacks it. Columns declared with `values`
    ignore case and blanks, times with `unit: microseconds` may be numbers since 1970, and `nested` ones are read as JSON.
#}
{% macro typed_column(name, column, found) %}
    {%- set data_type = column.data_type -%}
    {%- if found and name not in found -%} cast(null as {{ data_type }})
    {%- elif column.meta.get('values') -%} {{ listed_value('cast(' ~ name ~ ' as string)') }}
    {%- elif column.meta.get('unit') == 'microseconds' and is_parsed(name, data_type, found) -%}
        {{ timestamp_of_microseconds(parse_text(name, 'bigint')) }}
    {%- elif column.meta.get('unit') == 'microseconds' and not found[name].startswith('timestamp') -%}
        {{ timestamp_of_microseconds('cast(' ~ name ~ ' as bigint)') }}
    {%- elif column.meta.get('nested') and found.get(name) not in [none, 'varchar', 'string', 'text'] -%}
        cast(to_json({{ name }}) as string)
    {%- elif is_parsed(name, data_type, found) -%} {{ parse_text(name, data_type) }}
    {%- elif data_type == 'string' and found.get(name) in [none, 'varchar', 'string', 'text'] -%} {{ name }}
    {%- else -%} cast({{ name }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{# Whether a column arrives as text but is declared with another type, so that it may fail to parse. #}
{% macro is_parsed(name, data_type, found) %}
    {%- if data_type == 'string' or (found and name not in found) -%} {{ return(false) }} {%- endif -%}
    {%- set dtype = found.get(name, 'varchar') -%}
    {{ return(dtype in ['varchar', 'string', 'text'] or dtype.startswith('char')) }}
{% endmacro %}

{# Text as another type, null where it cannot be read; equal on both engines. #}
{% macro parse_text(name, data_type) %}
    {%- if data_type == 'timestamp' -%} {{ parse_timestamp(name) }}
    {%- elif data_type == 'date' -%} {{ parse_date(name) }}
    {%- elif data_type == 'boolean' -%} try_cast(trim({{ name }}) as boolean)
    {%- elif data_type == 'bigint' -%}
        case
            {# Nearly all values have this form; reading a wide decimal takes DuckDB hundreds of times as long. #}
            when {{ matches(name, "'^ *[+-]?[0-9]{1,18} *$'") }} then try_cast({{ name }} as bigint)
            when try_cast({{ text_like_a_number(name) }} as decimal(38, 6))
                = floor(try_cast({{ text_like_a_number(name) }} as decimal(38, 6)))
                then try_cast(try_cast({{ name }} as decimal(38, 6)) as bigint)
        end
    {%- else -%} try_cast({{ text_like_a_number(name) }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{# Text that both engines read as a number: excludes 1_000, 5d, NaN, digits of other scripts. #}
{% macro text_like_a_number(name) -%}
    case when {{ matches(name, "'^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$'") }} then {{ name }} end
{%- endmacro %}
