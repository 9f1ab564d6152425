-- The months of each line sum to the line, to the cent; otherwise revenue would not match the
-- invoices.
with lines as (
    select
        line_id,
        amount
    from {{ ref('int_revenue_lines') }}
),

recognised as (
    select
        line_id,
        sum(amount) as recognised_amount
    from {{ ref('int_recognised_revenue') }}
    group by line_id
)

select
    lines.line_id,
    lines.amount,
    recognised.recognised_amount
from lines
full outer join recognised on lines.line_id = recognised.line_id
where coalesce(lines.amount <> recognised.recognised_amount, true)
