with paths as (select * from {{ ref('int_attribution_paths') }}),

conversions as (select * from {{ ref('int_attribution_conversions') }}),

anchors as (select * from {{ ref('int_attribution_anchors') }}),

touches as (select * from {{ ref('int_markov_touches') }}),

last_conversions as (select * from {{ ref('int_markov_last_conversions') }}),

anonymous_transitions as (select * from {{ ref('int_markov_anonymous_transitions') }}),

conversion_types as (
    select
        kinds.conversion_type,
        kinds.unit_type
    from (
        values
        ('lead', 'person'), ('mql', 'person'), ('order', 'person'),
        ('opportunity', 'account'), ('won', 'account')
    ) as kinds (conversion_type, unit_type)
),

-- The path of a conversion is a journey with a conversion.
converting_steps as (
    select
        conversions.conversion_type,
        conversions.bootstrap_group,
        coalesce(paths.previous_channel, '(start)') as from_state,
        paths.channel as to_state
    from paths
    inner join conversions on paths.conversion_number = conversions.conversion_number
    union all
    select
        conversions.conversion_type,
        conversions.bootstrap_group,
        paths.channel as from_state,
        '(conversion)' as to_state
    from paths
    inner join conversions on paths.conversion_number = conversions.conversion_number
    inner join anchors
        on
            paths.conversion_number = anchors.conversion_number
            and paths.position = anchors.last_position
),

-- A journey without a conversion starts after the unit's last conversion of the type, if any.
other_steps as (
    select
        conversion_types.conversion_type,
        touches.bootstrap_group,
        case
            when
                last_conversions.last_converted_at is null
                or touches.previous_touched_at > last_conversions.last_converted_at
                then coalesce(touches.previous_channel, '(start)')
            else '(start)'
        end as from_state,
        touches.channel as to_state
    from touches
    inner join conversion_types on touches.unit_type = conversion_types.unit_type
    left join last_conversions
        on
            conversion_types.conversion_type = last_conversions.conversion_type
            and touches.unit_key = last_conversions.unit_key
    where
        last_conversions.last_converted_at is null
        or touches.touched_at > last_conversions.last_converted_at
),

steps as (
    select
        *,
        1 as steps_count
    from converting_steps
    union all
    select
        *,
        1 as steps_count
    from other_steps
    union all
    select
        conversion_types.conversion_type,
        anonymous_transitions.bootstrap_group,
        anonymous_transitions.from_state,
        anonymous_transitions.to_state,
        anonymous_transitions.transitions_count as steps_count
    from anonymous_transitions
    cross join conversion_types
),

-- Consecutive touches of one channel count as one state.
transitions as (
    select
        conversion_type,
        bootstrap_group,
        from_state,
        to_state,
        cast(sum(steps_count) as bigint) as transitions_count
    from steps
    where from_state <> to_state
    group by conversion_type, bootstrap_group, from_state, to_state
)

select * from transitions
