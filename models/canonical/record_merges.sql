with record_merges as (
    {{ union_sources(
        ['crm_sources', 'marketing_sources'], 'record_merges',
        crm_ids=['merged_id', 'survivor_id'],
        identifiers=['merged_id', 'survivor_id', 'email']
    ) }}
)

select * from record_merges
