with person_status_changes as (
    {{ union_sources(
        ['crm_sources'], 'person_status_changes',
        crm_ids=['person_id', 'owner_id']
    ) }}
)

select * from person_status_changes
