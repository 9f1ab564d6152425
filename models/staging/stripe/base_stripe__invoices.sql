{{ config(enabled='stripe' in var('billing_sources')) }}

with invoices as (
    select * from {{ raw('stripe', 'invoice') }}
),

set_aside_invoices as (
    {{ raw_ledger('stripe', 'invoice') }}
),

customers as (
    select * from {{ raw('stripe', 'customer') }}
),

-- Invoices that are set aside (dated after as_of, unreadable) are listed, to set aside their lines.
unreadable_invoices as (
    select
        set_aside_invoices.raw_id as invoice_id,
        min(set_aside_invoices.rejection_reason) as rejection_reason
    from set_aside_invoices
    left join invoices
        on set_aside_invoices.raw_id = invoices.id
    where invoices.id is null
    group by set_aside_invoices.raw_id
),

invoices_by_state as (
    select
        invoices.id as invoice_id,
        invoices.customer_id,
        {{ json_text('customers.metadata', 'account_id') }} as account_id,
        case
            when coalesce(invoices.is_deleted, false) then 'its invoice is deleted'
            when invoices.status in ('draft', 'void') then 'its invoice is ' || invoices.status
        end as set_aside_because,
        coalesce(invoices.created, invoices.period_start) as invoiced_at
    from invoices
    left join customers
        on invoices.customer_id = customers.id
),

unioned as (
    select * from invoices_by_state
    union all
    select
        invoice_id,
        cast(null as string) as customer_id,
        cast(null as string) as account_id,
        'its invoice is set aside: ' || rejection_reason as set_aside_because,
        cast(null as timestamp) as invoiced_at
    from unreadable_invoices
)

select * from unioned
