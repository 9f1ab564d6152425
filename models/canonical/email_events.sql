with email_events as (
    {{ union_sources(
        ['email_sources'], 'email_events',
        crm_ids=['person_id'],
        identifiers=['email', 'person_id'],
        urls=['link_url']
    ) }}
)

select * from email_events
