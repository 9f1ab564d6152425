-- Full or half refunds, most of them in a later month than the invoice.
create table stripe.refund as
select
    replace(id, 'ch_', 're_') as id,
    id as charge_id,
    case when u(id, 'half') < 0.4 then amount else amount // 2 end as amount,
    currency,
    pick([
        'requested_by_customer', 'duplicate', 'requested_by_customer'], u(
        id,
        'reason'
    )) as reason,
    'succeeded' as status,
    to_second(in_office(created + seconds_of(
        3 + u(id, 'wait') * 35), u(
        id,
        'hour'
    ))) as created,
    synced() as _fivetran_synced
from stripe.charge
where u(id, 'refund') < 0.012 and created < as_of_end()::date - 46
