{#
    The usable rows of one raw table, as a table expression: its declared columns, cast to the types in
    models/staging/<vendor>/_<vendor>__sources.yml, the newest row per key. Every other row is an entry of raw_ledger().
    With with_later, rows dated after as_of are returned too: they show which exported values are later than as_of.
#}
{% macro raw(vendor, table, with_later=false) %}
    {%- set relation = raw_relation(vendor, table) -%}
    {%- if not execute -%}{{ return(relation) }}{%- endif -%}
    {%- set declared = raw_declaration(vendor, table) -%}
    (
        select
            {%- for name, column in declared.columns.items() %}
            {% if column.meta.get('read_as') %}{{ column.meta.read_as }} as {% endif %}{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ({{ read_raw(relation, declared) }}) as read_rows
        where rejection_reason is null{{ " or rejection_reason = 'dated after as_of'" if with_later }}
    )
{%- endmacro %}

{#
    The ledger of one raw table, as a query: its total as delivered, if the table is reconciled (meta rows_of, amount_of
    or is_counted), and each row that raw() does not return (set aside) or that staging drops on purpose (meta left_out).
    A measure with fractions of a cent is rounded per meta rounded_per, apart for usable rows and others.
#}
{% macro raw_ledger(vendor, table) %}
    {%- set relation = raw_relation(vendor, table) -%}
    {%- if not execute -%}{{ return('select * from ' ~ relation) }}{%- endif -%}
    {%- set declared = raw_declaration(vendor, table) -%}
    {%- set meta = declared.config.meta -%}
    select
        '{{ vendor }}' as source_system,
        '{{ table }}' as raw_table,
        entry,
        cast({{ reconciled_entity(vendor, meta.get('rows_of')) }} as string) as rows_of,
        cast({{ reconciled_entity(vendor, meta.get('amount_of')) }} as string) as amount_of,
        raw_id,
        rejection_reason,
        raw_row,
        cast(rows_count as bigint) as rows_count,
        cast(amount as decimal(24, 6)) as amount,
        {{ 'source_system' in declared.columns }} as has_own_source_names
    from (
        select
            case when rejection_reason is null then 'left out' else 'set aside' end as entry,
            raw_id,
            rejection_reason,
            raw_row,
            1 as rows_count,
            raw_amount as amount
        from ({{ read_raw(relation, declared, only_unused=true) }}) as read_rows
        where rejection_reason is not null{{ ' or (' ~ meta.left_out ~ ')' if meta.get('left_out') }}
        {%- if meta.get('rows_of') or meta.get('amount_of') or meta.get('is_counted') %}
        union all
        select
            'delivered' as entry,
            cast(null as string) as raw_id,
            cast(null as string) as rejection_reason,
            cast(null as string) as raw_row,
            {%- if meta.get('measure') %}
            coalesce(sum(rows_count), 0) as rows_count,
            sum(amount) as amount
        from (
            select
                count(*) as rows_count,
                cast(sum(raw_amount) as decimal(18, 2)) as amount
            from ({{ read_raw(relation, declared) }}) as read_rows
            group by {{ (meta.get('rounded_per', []) + ['rejection_reason is null']) | join(', ') }}
        ) as rounded
            {%- else %}
            count(*) as rows_count,
            cast(null as decimal(18, 2)) as amount
        from {{ relation }}
            {%- endif %}
        {%- endif %}
    ) as entries
{% endmacro %}

{# An entity as text; null if the vendor's rows of it are not taken (var vendor_entities). #}
{% macro reconciled_entity(vendor, entity) %}
    {{ return("'" ~ entity ~ "'" if entity and entity in var('vendor_entities').get(vendor, [entity]) else 'null') }}
{% endmacro %}
