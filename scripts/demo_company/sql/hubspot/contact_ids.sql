-- HubSpot has one record per person from the first form on: a contact keeps the id of its lead.
create table contact_ids as
select
    id as record_id,
    id as contact_id
from salesforce.lead
union all
select
    contact.id,
    coalesce(lead.id, contact.id)
from salesforce.contact
left join salesforce.lead on contact.id = lead.converted_contact_id
