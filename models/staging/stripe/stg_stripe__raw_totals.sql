{{ config(enabled='stripe' in var('billing_sources')) }}

with lines as (
    select * from {{ raw('stripe', 'invoice_line_item') }}
),

refunds as (
    select * from {{ raw('stripe', 'refund') }}
),

credit_notes as (
    select * from {{ ref('base_stripe__credit_notes') }}
),

currency_decimals as (
    select * from {{ ref('currency_decimals') }}
),

-- Every delivered row is counted, also one whose amount cannot be read.
delivered as (
    select
        (select count(*) from {{ raw_relation('stripe', 'invoice_line_item') }}) as lines_count,
        (select count(*) from {{ raw_relation('stripe', 'refund') }}) as refunds_count,
        (select count(*) from {{ raw_relation('stripe', 'credit_note') }}) as credit_notes_count
),

line_total as (
    select
        'invoice_line_item' as raw_table,
        (select delivered.lines_count from delivered) as rows_count,
        sum(
            {{ from_minor_units('lines.amount', 'currency_decimals.decimals') }}
            - {{ from_minor_units(
                'coalesce(lines.discount_amount, 0)', 'currency_decimals.decimals'
            ) }}
        ) as amount
    from lines
    left outer join currency_decimals on upper(lines.currency) = currency_decimals.currency
),

refund_total as (
    select
        'refund' as raw_table,
        (select delivered.refunds_count from delivered) as rows_count,
        -sum({{ from_minor_units('refunds.amount', 'currency_decimals.decimals') }}) as amount
    from refunds
    left outer join currency_decimals on upper(refunds.currency) = currency_decimals.currency
),

-- What a credit note paid out is the amount of its refund, so only the rest is its own.
credit_note_total as (
    select
        'credit_note' as raw_table,
        (select delivered.credit_notes_count from delivered) as rows_count,
        -sum(case when set_aside_because is null then amount else credited_amount end) as amount
    from credit_notes
),

unioned as (
    select * from line_total
    union all
    select * from refund_total
    union all
    select * from credit_note_total
),

raw_totals as (
    select
        'stripe' as source_system,
        raw_table,
        cast(null as string) as rows_of,
        'revenue_lines' as amount_of,
        false as has_own_source_names,
        cast(rows_count as bigint) as rows_count,
        cast(coalesce(amount, 0) as decimal(18, 2)) as amount,
        cast(0 as bigint) as left_out_rows_count,
        cast(0 as decimal(18, 2)) as left_out_amount
    from unioned
)

select * from raw_totals
