{{ config(enabled='generic' in var('billing_sources')) }}

with raw_revenue_lines as (
    select * from {{ raw('generic', 'revenue_lines') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        line_id,
        order_id,
        refunded_line_id,
        line_type,
        customer_id,
        account_id,
        person_id,
        subscription_id,
        product_line,
        currency,
        amount,
        is_recurring,
        service_start_date,
        service_end_date,
        revenue_at
    from raw_revenue_lines
)

select * from renamed
