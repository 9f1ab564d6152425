with subscriptions as (
    {{ union_sources(
        ['billing_sources'], 'subscriptions',
        crm_ids=['account_id'],
        identifiers=['customer_id']
    ) }}
)

select * from subscriptions
