{{ config(enabled='chartmogul' in var('billing_sources')) }}

with transactions as (
    select * from {{ raw('chartmogul', 'transaction') }}
),

lines as (select * from {{ ref('base_chartmogul__invoice_lines') }}),

currency_decimals as (select * from {{ ref('currency_decimals') }}),

invoices as (
    select
        invoice_id,
        min(customer_id) as customer_id,
        min(account_id) as account_id,
        min(currency) as currency,
        min(set_aside_because) as set_aside_because,
        case when count(*) = 1 then min(line_id) end as only_line_id,
        sum(amount) as amount,
        sum(gross_amount) as gross_amount
    from lines
    group by invoice_id
),

-- A refund includes tax, like the payment; without an amount, all is refunded.
refunds as (
    select
        transactions.uuid as refund_id,
        transactions.invoice_uuid as invoice_id,
        invoices.customer_id,
        invoices.account_id,
        invoices.only_line_id,
        invoices.currency,
        case
            when invoices.invoice_id is null then 'its invoice has no lines'
            else invoices.set_aside_because
        end as set_aside_because,
        cast(
            case
                when transactions.amount_in_cents is null then invoices.amount
                when coalesce(invoices.amount = invoices.gross_amount, true)
                    then {{ from_minor_units(
                        'transactions.amount_in_cents', 'currency_decimals.decimals'
                    ) }}
                else round(
                    cast({{ from_minor_units(
                        'transactions.amount_in_cents', 'currency_decimals.decimals'
                    ) }} as double)
                    * cast(invoices.amount as double)
                    / nullif(cast(invoices.gross_amount as double), 0), 2
                )
            end as decimal(18, 2)
        ) as amount,
        transactions.date as refunded_at
    from transactions
    left join invoices on transactions.invoice_uuid = invoices.invoice_id
    left join currency_decimals on invoices.currency = currency_decimals.currency
    where transactions.type = 'refund' and transactions.result = 'successful'
)

select * from refunds
