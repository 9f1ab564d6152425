-- The package has a model of this name, too.
select
    accounts.account_id,
    accounts.account_name,
    owners.owner_name as account_manager
from {{ source('sales', 'accounts') }} as accounts
left join {{ source('sales', 'owners') }} as owners on accounts.owner_id = owners.owner_id
