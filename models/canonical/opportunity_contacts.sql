with opportunity_contacts as (
    {{ union_sources(
        ['crm_sources'], 'opportunity_contacts',
        crm_ids=['opportunity_id', 'person_id'],
        identifiers=['person_id']
    ) }}
)

select * from opportunity_contacts
