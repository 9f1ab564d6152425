{{ config(enabled='chartmogul' in var('billing_sources')) }}

with lines as (select * from {{ ref('base_chartmogul__invoice_lines') }}),

refunds as (select * from {{ ref('base_chartmogul__refunds') }}),

-- A negative line (unused time of an old plan) corrects a sale; it is no refund.
sales as (
    select
        'chartmogul' as source_system,
        line_id,
        invoice_id as order_id,
        cast(null as string) as refunded_line_id,
        'sale' as line_type,
        customer_id,
        account_id,
        cast(null as string) as person_id,
        subscription_id,
        product_line,
        currency,
        amount,
        is_recurring,
        case
            when is_recurring then {{ reporting_date('service_start_at') }}
        end as service_start_date,
        case
            when is_recurring then {{ reporting_date('service_end_at') }}
        end as service_end_date,
        invoiced_at as revenue_at
    from lines
    where set_aside_because is null
),

refunded as (
    select
        'chartmogul' as source_system,
        refund_id as line_id,
        invoice_id as order_id,
        only_line_id as refunded_line_id,
        'refund' as line_type,
        customer_id,
        account_id,
        cast(null as string) as person_id,
        cast(null as string) as subscription_id,
        cast(null as string) as product_line,
        currency,
        cast(-amount as decimal(18, 2)) as amount,
        false as is_recurring,
        cast(null as date) as service_start_date,
        cast(null as date) as service_end_date,
        refunded_at as revenue_at
    from refunds
    where set_aside_because is null
),

revenue_lines as (
    select * from sales
    union all
    select * from refunded
)

select * from revenue_lines
