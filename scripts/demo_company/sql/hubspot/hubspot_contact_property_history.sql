create table hubspot.contact_property_history as
select
    contact_id,
    name,
    value,
    'CRM_UI' as source,
    changed_by as source_id,
    changed_at as timestamp,
    synced() as _fivetran_synced
from contact_changes
