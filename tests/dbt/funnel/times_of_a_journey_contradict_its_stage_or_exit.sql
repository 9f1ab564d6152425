-- From mql to sql, the times of a journey are in order. A customer has no exit. Only a journey out
-- of order has a visit, a lead or an MQL after a later stage.
select *
from {{ ref('fct_journeys') }}
where
    mql_at > least(sal_at, sql_at)
    or sal_at > sql_at
    or (not is_out_of_order and greatest(mql_at, sal_at, sql_at) > opportunity_at)
    or (exit_type is not null and current_stage = 'customer')
    or (exited_at is not null and exit_type is null)
    or (customer_at is not null and current_stage <> 'customer')
    or (
        not is_out_of_order and lead_at > least(mql_at, sal_at, sql_at, opportunity_at, customer_at)
    )
    or (not is_out_of_order and customer_at < opportunity_at)
    or (journey_number > 1 and (visitor_at is not null or lead_at is not null))
