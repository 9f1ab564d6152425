create table stripe.subscription as
select
    subscription_id as id,
    'cus_' || company as customer_id,
    case
        when is_ended then 'canceled' when u(contract, 'dunning') < 0.015 then 'past_due'
        else 'active'
    end as status,
    started_at as start_date,
    case when is_ended then ends_at end as ended_at,
    case when is_ended then to_second(ends_at - seconds_of(1 + u(contract, 'notice') * 20))
    end as canceled_at,
    period_start as current_period_start,
    period_end as current_period_end,
    started_at as created,
    synced() as _fivetran_synced
from contract_states
