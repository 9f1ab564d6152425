{{ config(enabled='stripe' in var('billing_sources'), materialized='table') }}

with unreadable_rows as (
    {% for table in [
        'customer',
        'subscription',
        'subscription_item',
        'price',
        'invoice',
        'invoice_line_item',
        'charge',
        'refund',
        'credit_note'
    ] -%}
    {{ rejected('stripe', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- Readable rows that are no revenue: they leave the totals here, so they are listed too.
lines_without_revenue as (
    select
        'stripe' as source_system,
        'invoice_line_item' as raw_table,
        line_id as raw_id,
        set_aside_because as rejection_reason,
        concat_ws(
            ' | ',
            'line_id=' || line_id,
            'amount=' || cast(gross_amount as string),
            'currency=' || currency
        ) as raw_row,
        cast(gross_amount - discount_amount as decimal(24, 6)) as raw_amount
    from {{ ref('base_stripe__invoice_lines') }}
    where set_aside_because is not null
),

refunds_without_revenue as (
    select
        'stripe' as source_system,
        'refund' as raw_table,
        refund_id as raw_id,
        set_aside_because as rejection_reason,
        concat_ws(
            ' | ', 'id=' || refund_id, 'amount=' || cast(amount as string), 'currency=' || currency
        ) as raw_row,
        cast(-amount as decimal(24, 6)) as raw_amount
    from {{ ref('base_stripe__refunds') }}
    where set_aside_because is not null
),

credit_notes_without_revenue as (
    select
        'stripe' as source_system,
        'credit_note' as raw_table,
        credit_note_id as raw_id,
        set_aside_because as rejection_reason,
        concat_ws(
            ' | ',
            'id=' || credit_note_id,
            'amount=' || cast(credited_amount as string),
            'currency=' || currency
        ) as raw_row,
        cast(-credited_amount as decimal(24, 6)) as raw_amount
    from {{ ref('base_stripe__credit_notes') }}
    where set_aside_because is not null
),

unioned as (
    select * from unreadable_rows
    union all
    select * from lines_without_revenue
    union all
    select * from refunds_without_revenue
    union all
    select * from credit_notes_without_revenue
)

select * from unioned
