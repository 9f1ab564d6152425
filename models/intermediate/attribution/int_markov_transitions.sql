with conversions as (
    select
        conversion_number,
        conversion_type,
        bootstrap_group
    from {{ ref('int_attribution_conversions') }}
),

anchors as (
    select
        conversion_number,
        last_position
    from {{ ref('int_attribution_anchors') }}
),

paths as (
    select
        conversion_number,
        position,
        channel,
        coalesce(previous_channel, '(start)') as previous_state
    from {{ ref('int_attribution_paths') }}
),

-- Equal channels in a row are one state.
steps as (
    select
        conversion_number,
        previous_state as from_state,
        channel as to_state
    from paths
    where previous_state <> channel
    union all
    select
        paths.conversion_number,
        paths.channel as from_state,
        '(conversion)' as to_state
    from paths
    inner join anchors
        on
            paths.conversion_number = anchors.conversion_number
            and paths.position = anchors.last_position
),

counted as (
    select
        conversions.conversion_type,
        conversions.bootstrap_group,
        steps.from_state,
        steps.to_state,
        count(*) as transitions_count
    from steps
    inner join conversions on steps.conversion_number = conversions.conversion_number
    group by all
    union all
    select * from {{ ref('int_markov_null_transitions') }}
),

transitions as (
    select
        conversion_type,
        bootstrap_group,
        from_state,
        to_state,
        cast(sum(transitions_count) as bigint) as transitions_count
    from counted
    group by conversion_type, bootstrap_group, from_state, to_state
)

select * from transitions
