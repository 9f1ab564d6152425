create table stripe.customer as
select
    'cus_' || company as id,
    'billing@' || domain as email,
    company_name as name,
    lower(currency) as currency,
    '{"account_id": "001' || lpad(company::varchar, 9, '0') || '"}' as metadata,
    started_at - interval 1 hour as created,
    false as is_deleted,
    synced() as _fivetran_synced
from companies
inner join (select
    company,
    min(started_at) as started_at
from contracts
group by company)
    using (company)
union all
select
    customer_id,
    any_value(email),
    null,
    lower(any_value(currency)),
    '{}',
    min(ordered_at) - interval 2 minute,
    false,
    synced()
from shop_orders
group by customer_id
