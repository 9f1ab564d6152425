with opportunities as (
    select * from {{ ref('int_opportunities') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

owners as (
    select * from {{ ref('owners') }}
),

sliced as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        coalesce(accounts.segment, 'unknown') as segment,
        coalesce(owners.team, '(none)') as team
    from opportunities
    left join accounts on opportunities.account_id = accounts.account_id
    left join owners on opportunities.owner_id = owners.owner_id
)

select * from sliced
