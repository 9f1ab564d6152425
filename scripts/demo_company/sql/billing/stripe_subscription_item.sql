create table stripe.subscription_item as
select
    replace(subscription_id, 'sub_', 'si_') as id,
    subscription_id,
    price_id as plan_id,
    seats_after as quantity,
    started_at as created,
    synced() as _fivetran_synced
from contract_states
