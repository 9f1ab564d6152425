create table crm_contacts as
select
    person,
    company,
    contact_at,
    was_lead
from crm_members
where contact_at <= as_of_end()
union all
select
    person,
    company,
    timestamp '2024-01-02 08:00:00',
    false
from people
where is_launch_customer
