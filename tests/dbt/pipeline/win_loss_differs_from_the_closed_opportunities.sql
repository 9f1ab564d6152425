-- By outcome and quarter, in number and amount.
with closed as (
    select
        case when is_won then 'won' else 'lost' end as outcome,
        {{ fiscal_quarter_start(reporting_date('closed_at')) }} as period_quarter,
        count(*) as closed_count,
        sum(coalesce(amount, 0)) as amount
    from {{ ref('fct_opportunities') }}
    where is_closed and closed_at is not null
    group by all
),

reported as (
    select
        outcome,
        period_quarter,
        sum(opportunities_count) as closed_count,
        sum(amount) as amount
    from {{ ref('rpt_win_loss') }}
    group by outcome, period_quarter
)

select
    closed.*,
    reported.closed_count as reported_count,
    reported.amount as reported_amount
from closed
full outer join reported
    on closed.outcome = reported.outcome and closed.period_quarter = reported.period_quarter
where
    coalesce(closed.closed_count <> reported.closed_count, true)
    or coalesce(closed.amount <> reported.amount, true)
