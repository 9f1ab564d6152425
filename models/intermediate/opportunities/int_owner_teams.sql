with owners as (select * from {{ ref('owners') }}),

teams as (select * from {{ ref('teams') }}),

owner_teams as (
    select
        owners.owner_id,
        owners.team,
        teams.function,
        owners.is_active
    from owners
    left join teams on lower(trim(owners.team)) = lower(trim(teams.team))
)

select * from owner_teams
