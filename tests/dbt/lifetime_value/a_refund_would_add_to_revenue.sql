-- Net revenue is not the sum of its parts, or refunds come out positive.
select
    customer_id,
    period_month,
    net_amount
from {{ ref('fct_revenue_by_month') }}
where
    refunded_amount > 0
    or net_amount <> recurring_amount + one_off_amount + refunded_amount
