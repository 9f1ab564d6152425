create table stripe.price as
select
    price_id as id,
    'prod_' || lower(product_line) as product_id,
    product_line || case plan_interval when 'once' then '' else ' ' || plan_interval
    end as nickname,
    lower(currency) as currency,
    case plan_interval when 'once' then 'one_time' else 'recurring' end as type,
    recurring_interval,
    recurring_interval_count::bigint as recurring_interval_count,
    unit_amount::bigint as unit_amount,
    unit_amount::decimal(18, 6) as unit_amount_decimal,
    timestamp '2024-01-01 00:00:00' as created,
    synced() as _fivetran_synced
from price_list
