create table hubspot.team as
select
    (row_number() over (order by department))::varchar as id,
    department as name,
    synced() as _fivetran_synced
from (
    select distinct department
    from salesforce.user
    where department is not null
);

create table hubspot.owner_team as
select
    salesforce.user.id as owner_id,
    team.id as team_id,
    true as is_team_primary,
    synced() as _fivetran_synced
from salesforce.user
inner join hubspot.team on salesforce.user.department = team.name
