create table invoices as
select
    invoice_id,
    'cus_' || any_value(company) as customer_id,
    any_value(currency) as currency,
    any_value(contract) as contract,
    any_value(case
        when product_line = 'Services' then null
        else subscription_id
    end) as subscription_id,
    sum(amount - coalesce(discount_amount, 0))::bigint as total,
    to_second(min(line_start) + to_seconds(3600)) as created_at,
    min(line_start) as period_start,
    max(period_end) as period_end,
    u(invoice_id, 'fate') as fate
from invoice_lines
group by invoice_id
union all
select
    'in_c' || shop_order,
    customer_id,
    currency,
    null,
    null,
    amount,
    ordered_at + interval 1 minute,
    ordered_at as period_start,
    ordered_at as period_end,
    1.0
from shop_orders
