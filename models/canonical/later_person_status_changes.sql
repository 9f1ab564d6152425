with person_status_changes as (
    {{ union_sources(
        ['crm_sources', 'marketing_sources'], 'person_status_changes',
        crm_ids=['person_id', 'owner_id', 'previous_owner_id', 'changed_by'],
        with_later=true,
        identifiers=['person_id']
    ) }}
),

-- Raw rows after as_of are rejected, including duplicates.
later_changes as (
    select * from person_status_changes
    where changed_at >= {{ as_of_end() }}
    qualify row_number() over (
        partition by person_id, changed_at, status, owner_id
        order by previous_status asc nulls last, previous_owner_id asc nulls last
    ) = 1
)

select * from later_changes
