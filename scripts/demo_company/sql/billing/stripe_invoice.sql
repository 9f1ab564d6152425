create table stripe.invoice as
select
    invoice_id as id,
    customer_id,
    subscription_id,
    lower(currency) as currency,
    case
        when fate < 0.006 then 'void' when fate < 0.010 then 'uncollectible'
        when created_at > as_of_end()::date - 13 and fate > 0.4 and fate < 1 then 'open' else 'paid'
    end as status,
    total,
    created_at as created,
    period_start,
    period_end,
    false as is_deleted,
    synced() as _fivetran_synced
from invoices
where created_at <= as_of_end()
