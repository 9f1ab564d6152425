with subscriptions as (
    {{ union_sources(['billing_sources'], 'subscriptions') }}
)

select * from subscriptions
