{{ config(enabled='chartmogul' in var('billing_sources')) }}

with raw_entries as (
    {% for table in ['customer', 'plan', 'invoice', 'invoice_line_item', 'transaction'] -%}
    {{ raw_ledger('chartmogul', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- In the currency, net of tax, refunds negative.
amounts as (
    select
        'invoice_line_item' as raw_table,
        line_id as raw_id,
        set_aside_because,
        amount
    from {{ ref('base_chartmogul__invoice_lines') }}
    union all
    select
        'transaction' as raw_table,
        refund_id as raw_id,
        set_aside_because,
        -amount as amount
    from {{ ref('base_chartmogul__refunds') }}
),

totals as (
    select
        raw_table,
        sum(amount) as amount
    from amounts
    group by raw_table
),

raw_ledger as (
    select
        raw_entries.source_system,
        raw_entries.raw_table,
        raw_entries.entry,
        raw_entries.rows_of,
        raw_entries.amount_of,
        raw_entries.raw_id,
        raw_entries.rejection_reason,
        raw_entries.raw_row,
        raw_entries.rows_count,
        cast(totals.amount as decimal(24, 6)) as amount,
        raw_entries.has_own_source_names
    from raw_entries
    left join totals
        on raw_entries.raw_table = totals.raw_table and raw_entries.entry = 'delivered'
    union all
    select
        'chartmogul' as source_system,
        raw_table,
        'set aside' as entry,
        'revenue_lines' as rows_of,
        'revenue_lines' as amount_of,
        raw_id,
        set_aside_because as rejection_reason,
        concat_ws(' | ', 'uuid=' || raw_id, 'amount=' || cast(amount as string)) as raw_row,
        1 as rows_count,
        cast(amount as decimal(24, 6)) as amount,
        false as has_own_source_names
    from amounts
    where set_aside_because is not null
)

select * from raw_ledger
