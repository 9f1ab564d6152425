{{ config(enabled='stripe' in var('billing_sources')) }}

with lines as (select * from {{ ref('base_stripe__invoice_lines') }}),

refunds as (select * from {{ ref('base_stripe__refunds') }}),

credit_notes as (select * from {{ ref('base_stripe__credit_notes') }}),

-- The negative line of a proration (unused time of the old plan) corrects a sale; it is no refund.
sales as (
    select
        line_id,
        invoice_id as order_id,
        cast(null as string) as refunded_line_id,
        'sale' as line_type,
        customer_id,
        account_id,
        subscription_id,
        product_line,
        currency,
        cast(gross_amount - discount_amount as decimal(18, 2)) as amount,
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
        refund_id as line_id,
        invoice_id as order_id,
        only_line_id as refunded_line_id,
        'refund' as line_type,
        customer_id,
        account_id,
        subscription_id,
        product_line,
        currency,
        cast(-amount as decimal(18, 2)) as amount,
        is_recurring,
        cast(null as date) as service_start_date,
        cast(null as date) as service_end_date,
        refunded_at as revenue_at
    from refunds
    where set_aside_because is null
),

credited as (
    select
        credit_note_id as line_id,
        invoice_id as order_id,
        only_line_id as refunded_line_id,
        'credit_note' as line_type,
        customer_id,
        account_id,
        subscription_id,
        product_line,
        currency,
        cast(-amount as decimal(18, 2)) as amount,
        is_recurring,
        cast(null as date) as service_start_date,
        cast(null as date) as service_end_date,
        credited_at as revenue_at
    from credit_notes
    where set_aside_because is null
),

unioned as (
    select * from sales
    union all
    select * from refunded
    union all
    select * from credited
),

renamed as (
    select
        'stripe' as source_system,
        line_id,
        order_id,
        refunded_line_id,
        line_type,
        customer_id,
        account_id,
        cast(null as string) as person_id,
        subscription_id,
        product_line,
        currency,
        amount,
        is_recurring,
        service_start_date,
        service_end_date,
        revenue_at
    from unioned
)

select * from renamed
