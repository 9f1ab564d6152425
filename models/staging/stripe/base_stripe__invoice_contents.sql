{{ config(enabled='stripe' in var('billing_sources')) }}

with invoices as (select * from {{ ref('base_stripe__invoices') }}),

lines as (
    select * from {{ ref('base_stripe__invoice_lines') }}
    where set_aside_because is null
),

-- Only what all lines of an invoice share applies to its refunds and credit notes.
line_contents as (
    select
        invoice_id,
        case when count(*) = 1 then min(line_id) end as only_line_id,
        case
            when count(distinct coalesce(subscription_id, '')) = 1 then min(subscription_id)
        end as subscription_id,
        case
            when count(distinct coalesce(product_line, '')) = 1 then min(product_line)
        end as product_line,
        case when count(distinct is_recurring) = 1 then bool_or(is_recurring) end as is_recurring,
        min(customer_id) as customer_id
    from lines
    group by invoice_id
),

contents as (
    select
        coalesce(invoices.invoice_id, line_contents.invoice_id) as invoice_id,
        coalesce(invoices.customer_id, line_contents.customer_id) as customer_id,
        invoices.account_id,
        line_contents.only_line_id,
        line_contents.subscription_id,
        line_contents.product_line,
        line_contents.is_recurring
    from invoices
    full outer join line_contents
        on invoices.invoice_id = line_contents.invoice_id
)

select * from contents
