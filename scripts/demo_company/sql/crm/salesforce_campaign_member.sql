create table salesforce.campaign_member as
with responses as (
    -- One membership per person and campaign; the first response counts.
    select
        person,
        campaign_id,
        min(touched_at) as responded_at
    from campaign_touches
    where
        person in (
            select person from crm_leads) or person in (
            select person
            from crm_contacts
        )
    group by person, campaign_id
),

invited as (
    select
        crm_leads.person,
        programmes.campaign_id,
        programmes.start_date::timestamp + interval 9 hour as invited_at
    from crm_leads
    inner join programmes
        on
            campaign_type = 'Webinar' and start_date::timestamp between lead_at
            and lead_at + interval 40 day
    where u(crm_leads.person, 'invited') < 0.3
),

members as (
    select
        person,
        campaign_id,
        responded_at,
        responded_at as created_at
    from responses
    union all
    select
        person,
        campaign_id,
        null,
        invited_at
    from invited anti join responses using (
        person,
        campaign_id
    )
)

select
    '00v' || upper(code(person || campaign_id, 'member'))[:12] as id,
    campaign_id,
    lead_id,
    case when contacts.person is not null then '003' || lpad(person::varchar, 9, '0')
    end as contact_id,
    case
        when responded_at is null then 'Sent' when type = 'Webinar' then 'Attended'
        when type = 'Conference' then 'Visited Booth'
        else 'Responded'
    end as status,
    responded_at is not null as has_responded,
    responded_at as first_responded_date,
    created_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from members
left join (select
    person,
    lead_id
from crm_leads) using (person)
left join (select person from crm_contacts) as contacts using (person)
inner join (select
    id as campaign_id,
    type
from salesforce.campaign) using (campaign_id)
