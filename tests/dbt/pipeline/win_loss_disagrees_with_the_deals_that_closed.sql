-- By outcome and quarter, in number and in value.
with deals as (
    select
        case when is_won then 'won' else 'lost' end as outcome,
        {{ fiscal_quarter_start(reporting_date('closed_at')) }} as period_quarter,
        count(*) as deals_count,
        sum(coalesce(amount, 0)) as amount
    from {{ ref('fct_opportunities') }}
    where is_closed and closed_at is not null
    group by all
),

reported as (
    select
        outcome,
        period_quarter,
        sum(opportunities_count) as deals_count,
        sum(amount) as amount
    from {{ ref('rpt_win_loss') }}
    group by outcome, period_quarter
)

select
    deals.*,
    reported.deals_count as reported_count,
    reported.amount as reported_amount
from deals
full outer join reported
    on deals.outcome = reported.outcome and deals.period_quarter = reported.period_quarter
where
    coalesce(deals.deals_count <> reported.deals_count, true)
    or coalesce(deals.amount <> reported.amount, true)
