create table salesforce.opportunity_contact_role as
with roles as (
    select
        opportunity_id,
        person,
        person = champion as is_primary,
        contact_at
    from crm_members
    where contact_at <= as_of_end()
    union all
    -- Expansions and renewals: the first two contacts of the customer.
    select
        all_deals.opportunity_id,
        first_contacts.person,
        contact_number = 1,
        all_deals.opportunity_at
    from all_deals
    inner join (
        select
            company,
            person,
            contact_at,
            row_number() over (partition by company order by person) as contact_number
        from crm_contacts
    ) as first_contacts
        using (company)
    where type <> 'New Business' and contact_at <= opportunity_at and contact_number <= 2
)

select
    '00K' || upper(code(opportunity_id || person, 'role'))[:12] as id,
    opportunity_id,
    '003' || lpad(person::varchar, 9, '0') as contact_id,
    case when is_primary then 'Decision Maker' else pick([
        'Influencer', 'Evaluator',
        'Economic Buyer', 'Technical Buyer',
        'Business User', 'Executive Sponsor'
    ], u(person, 'role'
    )) end as role,
    is_primary,
    contact_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from roles
