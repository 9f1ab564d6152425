create table stripe.charge as
select
    replace(id, 'in_', 'ch_') as id,
    id as invoice_id,
    customer_id,
    total as amount,
    currency,
    'succeeded' as status,
    created + to_seconds(120) as created,
    synced() as _fivetran_synced
from stripe.invoice
where status = 'paid' and total > 0
