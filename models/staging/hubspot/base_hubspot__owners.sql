{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_owners as (
    select * from {{ raw('hubspot', 'owner') }}
),

raw_owner_teams as (
    select * from {{ raw('hubspot', 'owner_team') }}
),

raw_teams as (
    select * from {{ raw('hubspot', 'team') }}
),

-- A user may be in several teams: the primary one counts.
owner_teams as (
    select
        raw_owner_teams.owner_id,
        raw_teams.name as team
    from raw_owner_teams
    inner join raw_teams on raw_owner_teams.team_id = raw_teams.id
    qualify row_number() over (
        partition by raw_owner_teams.owner_id
        order by
            coalesce(raw_owner_teams.is_team_primary, false) desc nulls last,
            raw_owner_teams.team_id asc nulls last
    ) = 1
),

owners as (
    select
        raw_owners.*,
        owner_teams.team
    from raw_owners
    left join owner_teams on raw_owners.owner_id = owner_teams.owner_id
)

select * from owners
