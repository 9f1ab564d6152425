-- Opportunity counts of the stages opportunity and customer equal the opportunities created and
-- won, each counted once regardless of its number of people.
with reported as (
    select
        sum(case when from_stage = 'opportunity' then entered_opportunities_count else 0 end)
            as created_count,
        sum(
            case
                when from_stage = 'opportunity' and to_stage = 'customer'
                    then converted_opportunities_count
                else 0
            end
        ) as won_count
    from {{ ref('rpt_funnel_conversion') }}
    where basis = 'period' and channel = '(all)' and segment = '(all)' and to_stage = 'customer'
),

opportunities as (
    select
        count(created_at) as created_count,
        count(case when is_won then closed_at end) as won_count
    from {{ ref('fct_opportunities') }}
)

select
    reported.created_count as reported_created_count,
    reported.won_count as reported_won_count,
    opportunities.created_count,
    opportunities.won_count
from reported
cross join opportunities
where
    coalesce(reported.created_count, 0) <> opportunities.created_count
    or coalesce(reported.won_count, 0) <> opportunities.won_count
