with opportunity_changes as (
    {{ union_sources(
        ['crm_sources'], 'opportunity_changes',
        crm_ids=['opportunity_id']
    ) }}
)

select * from opportunity_changes
