{#
    One raw table read by its declaration: typed columns, raw_id (its key as text), raw_row (the row as text),
    raw_amount (the declared measure, for reconciliation) and rejection_reason (null: the row can be used).
    Columns that the table lacks are null. Unit tests stand in for the table with text columns.
#}
{% macro read_raw(relation, declared) %}
    {%- set found = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.update({column.name | lower: column.dtype | lower}) -%}
    {%- endfor -%}
    {%- set key = declared.config.meta.get('key', []) -%}
    {%- set measure = declared.config.meta.get('measure') -%}
    {%- set newest = declared.config.meta.get('newest') -%}
    select
        *,
        {%- if declared.config.meta.get('duplicates', 'set aside') == 'set aside' and key %}
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
            {{ unreadable_because(declared, found) }} as unreadable_because,
            {% if key %}concat_ws('|', {{ key | join(', ') }}){% else %}cast(null as string){% endif %} as raw_id,
            cast({{ measure or 'null' }} as decimal(18, 6)) as raw_amount
        from (
            select
                {%- for name, column in declared.columns.items() %}
                {{ typed_column(name, column.data_type, found) }} as {{ name }},
                {%- if is_parsed(name, column.data_type, found) %}
                {{ name }} as text_of_{{ name }},
                {%- endif %}
                {%- endfor %}
                {{ raw_row(declared, found) }} as raw_row
            from {{ relation }}
        ) as typed_rows
    ) as checked_rows
{%- endmacro %}
