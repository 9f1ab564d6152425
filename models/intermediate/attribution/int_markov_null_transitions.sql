with last_conversions as (
    select * from {{ ref('int_markov_last_conversions') }}
),

converted_units as (
    select distinct unit_key from last_conversions
),

touches as (
    select
        touches.*,
        coalesce(touches.previous_channel, '(start)') as previous_state,
        converted_units.unit_key is not null as is_converted
    from {{ ref('int_markov_touches') }} as touches
    left outer join converted_units on touches.unit_key = converted_units.unit_key
),

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

-- Units that never converted took the same steps for every type of conversion.
never_converted as (
    select
        unit_type,
        bootstrap_group,
        previous_state as from_state,
        channel as to_state,
        count(*) as transitions_count
    from touches
    where not is_converted and previous_state <> channel
    group by unit_type, bootstrap_group, previous_state, channel
    union all
    select
        'both' as unit_type,
        bootstrap_group,
        from_state,
        to_state,
        transitions_count
    from {{ ref('int_markov_anonymous_transitions') }}
),

-- What the others did since they last converted, by any time where they never did so by this type.
since_converted as (
    select
        conversion_types.conversion_type,
        touches.bootstrap_group,
        case
            when
                last_conversions.last_converted_at is null
                or touches.previous_touched_at > last_conversions.last_converted_at
                then touches.previous_state
            else '(start)'
        end as from_state,
        touches.channel as to_state
    from touches
    inner join conversion_types on touches.unit_type in (conversion_types.unit_type, 'both')
    left outer join last_conversions
        on
            conversion_types.conversion_type = last_conversions.conversion_type
            and conversion_types.unit_type = last_conversions.unit_type
            and touches.unit_key = last_conversions.unit_key
    where
        touches.is_converted
        and (
            last_conversions.last_converted_at is null
            or touches.touched_at > last_conversions.last_converted_at
        )
),

counted as (
    select
        conversion_types.conversion_type,
        never_converted.bootstrap_group,
        never_converted.from_state,
        never_converted.to_state,
        never_converted.transitions_count
    from never_converted
    inner join conversion_types on never_converted.unit_type in (conversion_types.unit_type, 'both')
    union all
    select
        conversion_type,
        bootstrap_group,
        from_state,
        to_state,
        count(*) as transitions_count
    from since_converted
    where from_state <> to_state
    group by conversion_type, bootstrap_group, from_state, to_state
),

grouped as (
    select
        conversion_type,
        bootstrap_group,
        from_state,
        to_state,
        cast(sum(transitions_count) as bigint) as transitions_count
    from counted
    group by conversion_type, bootstrap_group, from_state, to_state
)

select * from grouped
