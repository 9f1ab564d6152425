create table stripe.invoice_line_item as
select
    replace(invoice_id, 'in_', 'il_') || '_' || line_number as id,
    invoice_id,
    amount::bigint as amount,
    lower(currency) as currency,
    description,
    discount_amount::bigint as discount_amount,
    case when product_line <> 'Services' then price_id end as plan_id,
    price_id,
    proration,
    quantity::bigint as quantity,
    case when product_line <> 'Services' then subscription_id end as subscription_id,
    case when product_line <> 'Services' then replace(subscription_id, 'sub_', 'si_')
    end as subscription_item_id,
    case when product_line = 'Services' or proration then 'invoiceitem' else 'subscription'
    end as type,
    to_second(line_start) as period_start,
    period_end,
    synced() as _fivetran_synced
from invoice_lines
where invoice_id in (select id from stripe.invoice)
union all
select
    'il_c' || shop_order,
    'in_c' || shop_order,
    amount,
    lower(currency),
    'Credits, ' || packs || case packs when 1 then ' pack' else ' packs' end,
    null,
    null,
    price_id,
    false,
    packs,
    null,
    null,
    'invoiceitem',
    ordered_at as period_start,
    ordered_at as period_end,
    synced()
from shop_orders
