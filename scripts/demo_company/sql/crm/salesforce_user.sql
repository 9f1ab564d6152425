create table salesforce.user as
select
    user_id as id,
    first_names()[1 + (member * 3 + length(team)) % 31] || ' '
    || last_names()[1 + (member * 5 + ascii(team)) % 28] as name,
    team as department,
    case when member > 0 then manager_id end as manager_id,
    true as is_active,
    synced() as _fivetran_synced
from staff
