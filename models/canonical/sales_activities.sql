with sales_activities as (
    {{ union_sources(
        ['crm_sources', 'meeting_sources'], 'sales_activities',
        crm_ids=['activity_id', 'person_id', 'account_id', 'opportunity_id', 'owner_id', 'rescheduled_from_id']
    ) }}
)

select * from sales_activities
