create table stripe.credit_note as
with noted as (
    select
        *,
        to_second(in_office(created + seconds_of(
            5 + u(id, 'note wait') * 30), u(
            id,
            'note hour'
        ))) as noted_at
    from stripe.invoice
    where
        status in ('paid', 'uncollectible') and total > 1000
        and created < as_of_end()::date - 46
)

select
    replace(id, 'in_', 'cn_') as id,
    id as invoice_id,
    total // 5 as amount,
    currency,
    'order_change' as reason,
    case when u(id, 'void note') < 0.1 then 'void' else 'issued' end as status,
    null::varchar as refund_id,
    noted_at as created,
    case when u(id, 'void note') < 0.1 then noted_at + to_days(2) end as voided_at,
    synced() as _fivetran_synced
from noted
where u(id, 'note') < 0.010
union all
-- A credit note that documents a refund: the same money once more.
select
    replace(refund.id, 're_', 'cnr_'),
    charge.invoice_id,
    refund.amount,
    refund.currency,
    'product_unsatisfactory',
    'issued',
    refund.id,
    refund.created,
    null,
    synced()
from stripe.refund as refund
inner join stripe.charge as charge on refund.charge_id = charge.id
where u(refund.id, 'documented') < 0.3
