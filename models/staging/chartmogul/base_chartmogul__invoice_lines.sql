{{ config(enabled='chartmogul' in var('billing_sources')) }}

with lines as (
    select * from {{ raw('chartmogul', 'invoice_line_item') }}
),

invoices as (
    select * from {{ raw('chartmogul', 'invoice', with_later=true) }}
),

customers as (
    select * from {{ raw('chartmogul', 'customer') }}
),

plans as (
    select * from {{ raw('chartmogul', 'plan') }}
),

currency_decimals as (select * from {{ ref('currency_decimals') }}),

-- ChartMogul's amounts are net of discounts and include the tax.
joined as (
    select
        lines.uuid as line_id,
        lines.invoice_uuid as invoice_id,
        invoices.customer_uuid as customer_id,
        nullif(customers.custom_account_id, '') as account_id,
        nullif(lines.subscription_uuid, '') as subscription_id,
        plans.name as product_line,
        upper(trim(invoices.currency)) as currency,
        case
            when invoices.uuid is null then 'its invoice is not among the invoices'
            when coalesce(invoices.disabled, false) or lower(invoices.status) in ('void', 'voided')
                then 'its invoice is void or disabled'
            when invoices.date >= {{ as_of_end() }} then 'dated after as_of'
        end as set_aside_because,
        {{ from_minor_units(
            '(lines.amount_in_cents - coalesce(lines.tax_amount_in_cents, 0))',
            'currency_decimals.decimals'
        ) }} as amount,
        {{ from_minor_units('lines.amount_in_cents', 'currency_decimals.decimals') }}
            as gross_amount,
        coalesce(lines.type = 'subscription', false) as is_recurring,
        lines.service_period_start as service_start_at,
        lines.service_period_end as service_end_at,
        invoices.date as invoiced_at
    from lines
    left join invoices on lines.invoice_uuid = invoices.uuid
    left join customers on invoices.customer_uuid = customers.uuid
    left join plans on lines.plan_uuid = plans.uuid
    left join currency_decimals on upper(trim(invoices.currency)) = currency_decimals.currency
)

select * from joined
