create table crm_members as
select
    group_members.*,
    opportunity_id,
    champion,
    to_second(case
        when was_lead
            then greatest(crm_deals.opportunity_at, joined_at + interval 1 hour)
        else joined_at
    end) as contact_at
from group_members
inner join crm_deals using (company)
where joined_at < crm_deals.close_at
