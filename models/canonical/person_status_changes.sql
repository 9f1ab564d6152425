with person_status_changes as (
    {{ union_sources(
        ['crm_sources', 'marketing_sources'], 'person_status_changes',
        crm_ids=['person_id', 'owner_id', 'changed_by'],
        identifiers=['person_id']
    ) }}
),

until_as_of as (
    select * from person_status_changes
    where changed_at < {{ as_of_end() }}
)

select * from until_as_of
