create table sales_touches as
select
    happened.touch,
    happened.person,
    happened.company,
    happened.phase,
    touched_at,
    case
        when lead_at <= touched_at and (contact_at is null or contact_at > touched_at)
            then '00Q' || lpad(person::varchar, 9, '0')
        when contact_at is not null then '003' || lpad(person::varchar, 9, '0')
        when lead_at is not null then '00Q' || lpad(person::varchar, 9, '0')
    end as who_id,
    contact_at <= touched_at as is_contact,
    case when crm_deals.opportunity_at <= touched_at then opportunity_id end as opportunity_id,
    case
        when phase <= 3 then staff_of('SDR', u(person, 'sdr'))
        when phase = 4 then staff_of('Sales', u(company, 'account owner'))
        else staff_of('Customer Success', u(company, 'success manager'))
    end as owner_id,
    case
        when phase = 1 or u(touch, 'kind') < 0.4 then 'call' when u(touch, 'kind') < 0.75
            then 'event'
        else 'calendly'
    end as kind
from happened
left join (select
    person,
    lead_at
from crm_leads) using (person)
left join (select
    person,
    contact_at
from crm_contacts) using (person)
left join (select
    company,
    opportunity_id,
    opportunity_at
from crm_deals) as crm_deals
    using (company)
where channel = 'Sales' and (lead_at is not null or contact_at is not null)
