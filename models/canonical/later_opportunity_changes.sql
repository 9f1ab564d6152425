with opportunity_changes as (
    {{ union_sources(
        ['crm_sources'], 'opportunity_changes',
        crm_ids=['opportunity_id', 'owner_id']
    ) }}
),

later_changes as (
    select * from opportunity_changes
    where changed_at >= {{ as_of_end() }}
)

select * from later_changes
