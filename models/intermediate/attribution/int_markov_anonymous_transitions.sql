-- Most visitors are anonymous and never convert, so their steps are the same for every conversion
-- type.
with touchpoints as (
    select
        device_key,
        path_visitor_key,
        channel,
        touched_at
    from {{ ref('int_touchpoints') }}
    where not is_followed and is_attributable and touched_at is not null
),

as_of as (
    select
        {{ dbt.dateadd('day', -var('attribution_lookback_days'), 'as_of_end_at') }}
            as closed_before_at
    from {{ ref('as_of') }}
),

grouped as (
    select
        device_key,
        channel,
        cast(mod(
            {{ md5_number('path_visitor_key') }}, {{ var('attribution_bootstrap_groups') }}
        ) as int) as bootstrap_group,
        touched_at
    from touchpoints
),

-- Sessions of one device never start at the same instant.
followed as (
    select
        bootstrap_group,
        coalesce(lag(channel) over device, '(start)') as from_state,
        channel as to_state,
        max(touched_at) over (
            partition by device_key
            order by touched_at asc nulls last
            rows between unbounded preceding and unbounded following
        ) as last_touched_at
    from grouped
    window device as (partition by device_key order by touched_at asc nulls last)
),

-- Journeys with a touch within the lookback are still open, so exclude them.
transitions as (
    select
        followed.bootstrap_group,
        followed.from_state,
        followed.to_state,
        cast(count(*) as bigint) as transitions_count
    from followed
    inner join as_of on followed.last_touched_at < as_of.closed_before_at
    where followed.from_state <> followed.to_state
    group by followed.bootstrap_group, followed.from_state, followed.to_state
)

select * from transitions
