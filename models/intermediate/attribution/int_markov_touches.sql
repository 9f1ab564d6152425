{{ config(materialized='table' if target.type != 'duckdb' else 'view') }}

with touchpoints as (
    select
        touchpoint_id,
        path_visitor_key,
        channel,
        touched_at
    from {{ ref('int_followed_touchpoints') }}
    where is_attributable and touched_at is not null
),

people as (
    select
        person_key,
        account_id
    from {{ ref('int_people') }}
),

as_of as (
    select
        {{ dbt.dateadd('day', -var('attribution_lookback_days'), 'as_of_end_at') }}
            as closed_before_at
    from {{ ref('as_of') }}
),

with_accounts as (
    select
        touchpoints.*,
        people.account_id
    from touchpoints
    left join people on touchpoints.path_visitor_key = people.person_key
),

-- Each touch counts for its visitor and for the account of the visitor. A visitor without an
-- account is a unit of both types.
units as (
    select
        'person' as unit_type,
        path_visitor_key as unit_key,
        coalesce(account_id, path_visitor_key) as account_key,
        touchpoint_id,
        channel,
        touched_at
    from with_accounts
    union all
    select
        'account' as unit_type,
        coalesce(account_id, path_visitor_key) as unit_key,
        coalesce(account_id, path_visitor_key) as account_key,
        touchpoint_id,
        channel,
        touched_at
    from with_accounts
),

followed as (
    select
        unit_type,
        unit_key,
        account_key,
        channel,
        lag(channel) over unit as previous_channel,
        touched_at,
        lag(touched_at) over unit as previous_touched_at,
        max(touched_at) over (
            partition by unit_key, unit_type
            order by touched_at asc nulls last, touchpoint_id asc nulls last
            rows between unbounded preceding and unbounded following
        ) as last_touched_at
    from units
    window unit as (
        partition by unit_key, unit_type
        order by touched_at asc nulls last, touchpoint_id asc nulls last
    )
),

-- Journeys with a touch within the lookback are still open, so exclude them.
touches as (
    select
        followed.unit_type,
        followed.unit_key,
        followed.channel,
        followed.previous_channel,
        cast(mod(
            {{ md5_number('followed.account_key') }}, {{ var('attribution_bootstrap_groups') }}
        ) as int) as bootstrap_group,
        followed.touched_at,
        followed.previous_touched_at
    from followed
    inner join as_of on followed.last_touched_at < as_of.closed_before_at
)

select * from touches
