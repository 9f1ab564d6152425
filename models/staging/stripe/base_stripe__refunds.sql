{{ config(enabled='stripe' in var('billing_sources')) }}

with refunds as (
    select * from {{ raw('stripe', 'refund') }}
),

charges as (
    select * from {{ raw('stripe', 'charge') }}
),

invoices as (select * from {{ ref('base_stripe__invoice_contents') }}),

currency_decimals as (select * from {{ ref('currency_decimals') }}),

-- Charges and invoices have one row each, so the joins do not fan out.
joined as (
    select
        refunds.id as refund_id,
        nullif(charges.invoice_id, '') as invoice_id,
        coalesce(invoices.customer_id, charges.customer_id) as customer_id,
        invoices.account_id,
        invoices.only_line_id,
        invoices.subscription_id,
        invoices.product_line,
        upper(refunds.currency) as currency,
        case
            when refunds.status <> 'succeeded' then 'the refund is ' || refunds.status
            when charges.id is not null and nullif(charges.invoice_id, '') is null
                then 'its charge has no invoice, so no sale of it was counted'
        end as set_aside_because,
        {{ from_minor_units('refunds.amount', 'currency_decimals.decimals') }} as amount,
        invoices.is_recurring,
        refunds.created as refunded_at
    from refunds
    left join charges
        on refunds.charge_id = charges.id
    left join invoices
        on charges.invoice_id = invoices.invoice_id
    left join currency_decimals
        on upper(refunds.currency) = currency_decimals.currency
)

select * from joined
