with campaign_responses as (
    {{ union_sources(
        ['crm_sources'], 'campaign_responses',
        crm_ids=['response_id', 'campaign_id', 'person_id']
    ) }}
)

select * from campaign_responses
