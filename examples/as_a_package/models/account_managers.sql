-- What each account manager's companies have brought: a mart of our own over the marts of the package.
with opportunities as (
    select
        account_id,
        count(*) filter (where is_won) as won_count,
        coalesce(sum(amount) filter (where is_won), 0) as won_amount
    from {{ ref('revenue_funnel', 'fct_opportunities') }}
    group by account_id
),

qualified as (
    select
        account_id,
        count(distinct person_key) as qualified_people_count
    from {{ ref('revenue_funnel', 'fct_journeys') }}
    where sql_date is not null
    group by account_id
)

select
    accounts.account_manager,
    coalesce(sum(qualified.qualified_people_count), 0) as qualified_people_count,
    coalesce(sum(opportunities.won_count), 0) as won_count,
    coalesce(sum(opportunities.won_amount), 0) as won_amount
from {{ ref('accounts') }} as accounts
left join opportunities on accounts.account_id = opportunities.account_id
left join qualified on accounts.account_id = qualified.account_id
group by accounts.account_manager
