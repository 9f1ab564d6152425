create table hubspot.owner as
select
    id as owner_id,
    split_part(name, ' ', 1) as first_name,
    split_part(name, ' ', 2) as last_name,
    null::varchar as email,
    is_active,
    _fivetran_synced
from salesforce.user
