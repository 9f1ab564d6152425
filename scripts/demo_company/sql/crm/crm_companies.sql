create table crm_companies as
select
    companies.*,
    case
        when is_launch_customer or u(company, 'imported') < 0.5
            then timestamp '2024-01-01 08:00:00'
        else first_contact_at - interval 1 minute
    end as account_at
from companies
left join (
    select
        company,
        min(contact_at) as first_contact_at
    from crm_contacts
    group by company
) using (company)
where is_launch_customer or u(company, 'imported') < 0.5 or first_contact_at is not null
