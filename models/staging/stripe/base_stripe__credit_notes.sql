{{ config(enabled='stripe' in var('billing_sources')) }}

with credit_notes as (
    select * from {{ raw('stripe', 'credit_note') }}
),

refunds as (
    select * from {{ ref('base_stripe__refunds') }}
    where set_aside_because is null
),

invoices as (select * from {{ ref('base_stripe__invoice_contents') }}),

currency_decimals as (select * from {{ ref('currency_decimals') }}),

-- The refund of a credit note that was paid out counts already; only the rest counts here.
joined as (
    select
        credit_notes.id as credit_note_id,
        credit_notes.invoice_id,
        invoices.customer_id,
        invoices.account_id,
        invoices.only_line_id,
        invoices.subscription_id,
        invoices.product_line,
        upper(credit_notes.currency) as currency,
        case
            when credit_notes.voided_at is not null
                then credit_notes.voided_at < {{ as_of_end() }}
            else coalesce(credit_notes.status = 'void', false)
        end as is_void,
        {{ from_minor_units(
            'credit_notes.amount', 'currency_decimals.decimals'
        ) }} as credited_amount,
        coalesce(refunds.amount, cast(0 as decimal(18, 2))) as refunded_amount,
        invoices.is_recurring,
        credit_notes.created as credited_at
    from credit_notes
    left join refunds
        on credit_notes.refund_id = refunds.refund_id
    left join invoices
        on credit_notes.invoice_id = invoices.invoice_id
    left join currency_decimals
        on upper(credit_notes.currency) = currency_decimals.currency
),

judged as (
    select
        *,
        case
            when is_void then 'the credit note is void'
            when refunded_amount > 0 and credited_amount <= refunded_amount
                then 'its refund is counted instead'
        end as set_aside_because,
        case when is_void then credited_amount else credited_amount - refunded_amount end as amount
    from joined
)

select * from judged
