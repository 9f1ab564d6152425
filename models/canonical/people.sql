with people as (
    {{ union_sources(
        ['crm_sources'], 'people',
        crm_ids=['person_id', 'account_id', 'owner_id', 'converted_to_person_id', 'converted_opportunity_id']
    ) }}
)

select * from people
