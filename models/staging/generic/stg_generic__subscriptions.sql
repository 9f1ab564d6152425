{{ config(enabled='generic' in var('billing_sources')) }}

with raw_subscriptions as (
    select * from {{ raw('generic', 'subscriptions') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        subscription_id,
        customer_id,
        account_id,
        plan_name,
        product_line,
        billing_interval,
        currency,
        status,
        quantity,
        unit_amount,
        discount_amount,
        valid_from,
        valid_to,
        started_at,
        ended_at
    from raw_subscriptions
)

select * from renamed
