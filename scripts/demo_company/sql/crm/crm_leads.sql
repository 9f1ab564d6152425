create table crm_leads as
select
    leads.*,
    '00Q' || lpad(person::varchar, 9, '0') as lead_id,
    case when contact_at <= as_of_end() then contact_at end as converted_at,
    opportunity_id,
    case channel
        when 'Event' then 'Trade Show' when 'Content Syndication' then 'Content Syndication'
        when 'Partner' then 'Partner'
        when 'Sales' then 'Outbound' when 'Paid Search' then 'Advertisement' when 'Paid Social'
            then 'Advertisement'
        when 'Display' then 'Advertisement' when 'Referral' then 'Customer Referral' else 'Web'
    end as lead_source
from leads
left join crm_members using (person, company)
where lead_at <= as_of_end()
