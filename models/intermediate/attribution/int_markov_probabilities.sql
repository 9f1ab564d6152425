with transitions as (select * from {{ ref('int_markov_transitions') }}),

weights as (select * from {{ ref('int_bootstrap_weights') }}),

-- Replicate 0 is the data itself; leads and opportunities have no other replicates.
weighted as (
    select
        transitions.conversion_type,
        weights.replicate,
        transitions.from_state,
        transitions.to_state,
        transitions.transitions_count * weights.weight as transitions_count
    from transitions
    inner join weights on transitions.bootstrap_group = weights.bootstrap_group
    where transitions.conversion_type in ('mql', 'won', 'order')
    union all
    select
        conversion_type,
        0 as replicate,
        from_state,
        to_state,
        transitions_count
    from transitions
    where conversion_type not in ('mql', 'won', 'order')
),

counted as (
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        cast(sum(transitions_count) as double) as transitions_count
    from weighted
    group by conversion_type, replicate, from_state, to_state
),

-- A state is left as often as it is entered, except where a journey ends without a conversion.
visits as (
    select
        conversion_type,
        replicate,
        to_state as state,
        sum(transitions_count) as visits_count
    from counted
    where to_state <> '(conversion)'
    group by conversion_type, replicate, to_state
    union all
    select
        conversion_type,
        replicate,
        from_state as state,
        sum(transitions_count) as visits_count
    from counted
    where from_state = '(start)'
    group by conversion_type, replicate, from_state
),

probabilities as (
    select
        counted.conversion_type,
        counted.replicate,
        counted.from_state,
        counted.to_state,
        {{ hash64('counted.conversion_type, counted.replicate, counted.from_state') }} as from_key,
        {{ hash64('counted.conversion_type, counted.replicate, counted.to_state') }} as to_key,
        counted.transitions_count / visits.visits_count as probability
    from counted
    inner join visits
        on
            counted.conversion_type = visits.conversion_type
            and counted.replicate = visits.replicate
            and counted.from_state = visits.state
)

select * from probabilities
