{#
    One raw table read by its declaration: typed columns, raw_id (its key as text), raw_row (the row as text, of rows
    that may have to be set aside), raw_amount (the declared measure, for reconciliation) and rejection_reason (null:
    the row can be used). Columns that the table lacks are null. With only_suspects the rows that are beyond doubt are
    left out. Unit tests stand in for the table with text columns.
#}
{% macro read_raw(relation, declared, only_suspects=false) %}
    {%- set found = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.update({column.name | lower: column.dtype | lower}) -%}
    {%- endfor -%}
    {%- set key = declared.config.meta.get('key', []) -%}
    {%- set measure = declared.config.meta.get('measure') -%}
    {%- set newest = declared.config.meta.get('newest') -%}
    {%- set is_deduplicated = declared.config.meta.get('duplicates', 'set aside') == 'set aside' and key -%}
    {%- set is_suspect = 'unreadable_because is not null' ~ (' or repeated_key is not null' if is_deduplicated) -%}
    select
        *,
        {%- if is_deduplicated %}
        case
            when unreadable_because is not null then unreadable_because
            when row_number() over (
                partition by {{ key | join(', ') }}, unreadable_because
                order by {% if newest %}{{ newest }} desc nulls last, {% endif %}raw_row
            ) > 1 then 'duplicate of {{ key | join(', ') }}'
        end as rejection_reason
        {%- else %}
        unreadable_because as rejection_reason
        {%- endif %}
    from (
        select
            *,
            {#- Text of ten columns takes longer than all else here, and nearly no row is set aside. #}
            case
                when {{ is_suspect }}
                    then {{ raw_row(declared, found) }}
            end as raw_row
        from (
            select
                *,
                {{ unreadable_because(declared, found) }} as unreadable_because,
                {% if key %}concat_ws('|', {{ key | join(', ') }}){% else %}cast(null as string){% endif %} as raw_id,
                cast({{ measure or 'null' }} as decimal(24, 6)) as raw_amount
            from (
                select
                    {%- for name, column in declared.columns.items() %}
                    {{ typed_column(name, column, found) }} as {{ name }}
                    {%- if not found or name in found %},
                    {{ name }} as given_{{ name }}
                    {%- endif %}
                    {%- if not loop.last %},{% endif %}
                    {%- endfor %}
                from {{ relation }}
            ) as typed_rows
        ) as checked_rows
        {%- if is_deduplicated %}
        left join ({{ repeated_keys(relation, declared, found, key) }}) as repeated
            on {{ fingerprint(key | join(', ')) }} = repeated_key
        {%- endif %}
        {%- if only_suspects %}
        where {{ is_suspect }}
        {%- endif %}
    ) as described_rows
{%- endmacro %}

{#
    Fingerprints of keys that several rows of a raw table have. Two keys with one fingerprint only cost time: the rows
    found are compared by the keys themselves.
#}
{% macro repeated_keys(relation, declared, found, key) %}
            select {{ fingerprint(key | join(', ')) }} as repeated_key
            from (
                select
                    {%- for name in key %}
                    {{ typed_column(name, declared.columns[name], found) }} as {{ name }}
                    {%- if not loop.last %},{% endif %}
                    {%- endfor %}
                from {{ relation }}
            ) as typed_keys
            group by {{ fingerprint(key | join(', ')) }}
            having count(*) > 1
{%- endmacro %}
