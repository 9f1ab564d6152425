with revenue_lines as (
    {{ union_sources(
        ['billing_sources'], 'revenue_lines',
        crm_ids=['account_id', 'person_id'],
        identifiers=['customer_id', 'person_id']
    ) }}
)

select * from revenue_lines
