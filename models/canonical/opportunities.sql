with opportunities as (
    {{ union_sources(
        ['crm_sources'], 'opportunities',
        crm_ids=['opportunity_id', 'account_id', 'owner_id', 'campaign_id']
    ) }}
)

select * from opportunities
