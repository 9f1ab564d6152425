with campaigns as (
    {{ union_sources(['crm_sources', 'marketing_sources'], 'campaigns', crm_ids=['campaign_id']) }}
)

select * from campaigns
