with lines as (
    select coalesce(sum(amount), 0) as amount from {{ ref('int_revenue_lines') }}
),

months as (
    select coalesce(sum(net_amount), 0) as amount from {{ ref('fct_revenue_by_month') }}
)

select
    lines.amount as lines_amount,
    months.amount as months_amount
from lines
cross join months
where lines.amount <> months.amount
