with revenue_lines as (select * from {{ ref('revenue_lines') }}),

subscriptions as (select * from {{ ref('subscriptions') }}),

rejected_rows as (
    select * from {{ ref('raw_ledger') }}
    where raw_table = 'subscriptions' and entry = 'set aside'
),

-- A rejected subscription is known too, so keep the lines that bill it.
known_subscriptions as (
    select subscription_id from subscriptions
    union distinct
    select split_part(raw_id, '|', 1) as subscription_id from rejected_rows
),

sources as (
    select distinct source_system from subscriptions
),

-- Only check sources that deliver subscriptions.
unknown_subscriptions as (
    select
        revenue_lines.line_id,
        'its subscription is not among the subscriptions' as rejection_reason
    from revenue_lines
    inner join sources on revenue_lines.source_system = sources.source_system
    left outer join known_subscriptions
        on revenue_lines.subscription_id = known_subscriptions.subscription_id
    where
        revenue_lines.subscription_id is not null
        and known_subscriptions.subscription_id is null
),

refunds as (
    select
        line_id,
        refunded_line_id,
        currency,
        sum(-amount) over (
            partition by refunded_line_id
            order by revenue_at asc nulls last, line_id asc nulls last
            rows between unbounded preceding and current row
        ) as refunded_so_far
    from revenue_lines
    where refunded_line_id is not null and amount < 0
),

-- Add up refunds in order; reject the one that exceeds the line and those after it.
excessive_refunds as (
    select
        refunds.line_id,
        'more is refunded than its line was' as rejection_reason
    from refunds
    inner join revenue_lines as sales
        on refunds.refunded_line_id = sales.line_id and refunds.currency = sales.currency
    where refunds.refunded_so_far > greatest(sales.amount, 0)
),

faults as (
    select * from unknown_subscriptions
    union all
    select * from excessive_refunds
),

set_aside as (
    select
        revenue_lines.source_system,
        revenue_lines.line_id,
        min(faults.rejection_reason) as rejection_reason,
        min(revenue_lines.amount) as amount
    from faults
    inner join revenue_lines on faults.line_id = revenue_lines.line_id
    group by revenue_lines.source_system, revenue_lines.line_id
)

select * from set_aside
