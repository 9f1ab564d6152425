with subscriptions as (
    {{ union_sources(
        ['billing_sources'], 'subscriptions',
        identifiers=['customer_id']
    ) }}
)

select * from subscriptions
