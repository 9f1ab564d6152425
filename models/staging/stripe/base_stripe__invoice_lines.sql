{{ config(enabled='stripe' in var('billing_sources')) }}

with lines as (
    select * from {{ raw('stripe', 'invoice_line_item') }}
),

invoices as (select * from {{ ref('base_stripe__invoices') }}),

prices as (select * from {{ ref('base_stripe__prices') }}),

subscriptions as (
    select * from {{ raw('stripe', 'subscription') }}
),

currency_decimals as (select * from {{ ref('currency_decimals') }}),

-- A line whose invoice is missing counts at the start of its period, if that is known.
joined as (
    select
        lines.invoice_id || ':' || lines.id as line_id,
        lines.invoice_id,
        coalesce(invoices.customer_id, subscriptions.customer_id) as customer_id,
        invoices.account_id,
        nullif(lines.subscription_id, '') as subscription_id,
        nullif(lines.subscription_item_id, '') as subscription_item_id,
        coalesce(
            prices.plan_name, nullif(lines.price_id, ''), nullif(lines.plan_id, '')
        ) as plan_name,
        prices.product_line,
        upper(lines.currency) as currency,
        case
            when invoices.set_aside_because is not null then invoices.set_aside_because
            when coalesce(invoices.invoiced_at, lines.period_start) is null
                then 'neither its invoice nor its period has a date'
            when coalesce(invoices.invoiced_at, lines.period_start) >= {{ as_of_end() }}
                then 'dated after as_of'
        end as set_aside_because,
        {{ from_minor_units('lines.amount', 'currency_decimals.decimals') }} as gross_amount,
        {{ from_minor_units(
            'coalesce(lines.discount_amount, 0)', 'currency_decimals.decimals'
        ) }} as discount_amount,
        coalesce(lines.quantity, 1) as quantity,
        prices.unit_amount as price_unit_amount,
        prices.interval_months,
        coalesce(
            lines.type = 'subscription'
            or prices.is_recurring
            or (
                nullif(lines.subscription_id, '') is not null
                and (nullif(lines.type, '') is null or lines.proration)
            ),
            false
        ) as is_recurring,
        coalesce(lines.proration, false) as is_proration,
        lines.period_start as service_start_at,
        lines.period_end as service_end_at,
        coalesce(invoices.invoiced_at, lines.period_start) as invoiced_at
    from lines
    left join invoices
        on lines.invoice_id = invoices.invoice_id
    left join prices
        on coalesce(nullif(lines.price_id, ''), lines.plan_id) = prices.price_id
    left join subscriptions
        on lines.subscription_id = subscriptions.id
    left join currency_decimals
        on upper(lines.currency) = currency_decimals.currency
)

select * from joined
