{#
    One raw table read by its declaration, as a query. Per row: the declared columns, typed (null where the table lacks
    one), raw_id (the key as text), raw_amount (the measure, for reconciliation), rejection_reason (null: the row can be
    used) and raw_row (the row as text).
    Most rows are readable and have a key of their own. Only the others ("suspects") get a raw_row, because text of all
    columns is slow. With only_unused, the query returns suspects and rows that meta left_out selects, nothing else.
    Unit tests replace the table by text columns without known types: then every column counts as found.
#}
{% macro read_raw(relation, declared, only_unused=false) %}
    {%- set found = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.update({column.name | lower: column.dtype | lower}) -%}
    {%- endfor -%}
    {%- set meta = declared.config.meta -%}
    {%- set key = meta.get('key', []) | join(', ') -%}
    {%- set is_deduplicated = key and meta.get('duplicates') != 'kept' -%}
    {%- set is_suspect = 'unreadable_because is not null' ~ (' or repeated_key is not null' if is_deduplicated else '') %}
    with typed_rows as (
        select
            {%- for name, column in declared.columns.items() %}
            {{ typed_column(name, column, found) }} as {{ name }}
            {%- if not found or name in found %},
            {{ name }} as given_{{ name }}
            {%- endif %}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ relation }}
    ),

    checked_rows as (
        select
            *,
            {{ unreadable_because(declared, found) }} as unreadable_because,
            {% if key %}concat_ws('|', {{ key }}){% else %}cast(null as string){% endif %} as raw_id,
            cast({{ meta.get('measure', 'null') }} as decimal(24, 6)) as raw_amount
        from typed_rows
    ),

    {% if is_deduplicated -%}
    -- Different keys with equal fingerprints do no harm: duplicates are numbered by the keys themselves.
    repeated_keys as (
        select {{ fingerprint(key) }} as repeated_key
        from (
            select
                {%- for name in meta.key %}
                {{ typed_column(name, declared.columns[name], found) }} as {{ name }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ relation }}
        ) as typed_keys
        group by {{ fingerprint(key) }}
        having count(*) > 1
    ),

    {% endif -%}
    described_rows as (
        select
            *,
            case
                when {{ is_suspect }}
                    then concat_ws(
                        ' | '
                        {%- for name in declared.columns if not found or name in found %},
                        '{{ name }}=' || cast(given_{{ name }} as string)
                        {%- endfor %}
                    )
            end as raw_row
        from checked_rows
        {%- if is_deduplicated %}
        left join repeated_keys on {{ fingerprint(key) }} = repeated_key
        {%- endif %}
        {%- if only_unused %}
        where {{ is_suspect }}{{ ' or (' ~ meta.left_out ~ ')' if meta.get('left_out') }}
        {%- endif %}
    )

    select
        *,
        {%- if is_deduplicated %}
        case
            when unreadable_because is not null then unreadable_because
            when row_number() over (
                partition by {{ key }}, unreadable_because
                order by {% if meta.get('newest') %}{{ meta.newest }} desc nulls last, {% endif %}raw_row
            ) > 1 then 'duplicate of {{ key }}'
        end as rejection_reason
        {%- else %}
        unreadable_because as rejection_reason
        {%- endif %}
    from described_rows
{%- endmacro %}

{# The first reason why a raw row cannot be used, by the rules of its declaration; null if there is none. #}
{% macro unreadable_because(declared, found) %}
            {%- set meta = declared.config.meta -%}
            {%- set dated = meta.get('dated') -%}
            case
                {%- for name, column in declared.columns.items() %}
                {%- if is_parsed(name, column.data_type, found) %}
                when given_{{ name }} is not null and {{ name }} is null and trim(given_{{ name }}) <> ''
                    then '{{ name }} is not a {{ column.data_type }}'
                {%- endif %}
                {%- if column.meta.get('required') and column.data_type == 'string' %}
                {#- Only text that is empty or starts with a blank is smaller than '!': trimming all of it is slow. #}
                when {{ name }} is null or ({{ name }} < '!' and trim({{ name }}) = '')
                    then '{{ name }} is missing'
                {%- elif column.meta.get('required') %}
                when {{ name }} is null then '{{ name }} is missing'
                {%- endif %}
                {%- if column.meta.get('not_negative') %}
                when {{ name }} < 0 then '{{ name }} is negative'
                {%- endif %}
                {%- endfor %}
                {%- for rule in meta.get('set_aside', []) %}
                when {{ rule.when }} then '{{ rule.because }}'
                {%- endfor %}
                {%- if meta.get('not_before') %}
                when {{ dated }} < cast('{{ var(meta.not_before) }}' as timestamp)
                    then 'dated before {{ meta.not_before }}'
                {%- endif %}
                {%- if dated and declared.columns[dated].data_type == 'date' %}
                when {{ dated }} > cast('{{ as_of_day() }}' as date) then 'dated after as_of'
                {%- elif dated %}
                when {{ dated }} >= {{ as_of_end() }} then 'dated after as_of'
                {%- endif %}
                else cast(null as string)
            end
{%- endmacro %}
