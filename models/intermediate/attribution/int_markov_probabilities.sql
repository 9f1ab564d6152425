with transitions as (
    select * from {{ ref('int_markov_transitions') }}
),

weights as (
    select * from {{ ref('int_bootstrap_weights') }}
),

-- Replicate 0 is the data itself.
counted as (
    select
        transitions.conversion_type,
        weights.replicate,
        transitions.from_state,
        transitions.to_state,
        cast(sum(transitions.transitions_count * weights.weight) as double) as transitions_count
    from transitions
    inner join weights on transitions.bootstrap_group = weights.bootstrap_group
    where weights.replicate = 0 or transitions.conversion_type in ('mql', 'won', 'order')
    group by
        transitions.conversion_type, weights.replicate, transitions.from_state, transitions.to_state
),

-- A state is left as often as it is entered; a journey that ends without a conversion is what is
-- missing to 1.
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
        '(start)' as state,
        sum(transitions_count) as visits_count
    from counted
    where from_state = '(start)'
    group by conversion_type, replicate
),

probabilities as (
    select
        counted.conversion_type,
        counted.replicate,
        counted.from_state,
        counted.to_state,
        counted.transitions_count / visits.visits_count as probability
    from counted
    inner join visits
        on
            counted.conversion_type = visits.conversion_type
            and counted.replicate = visits.replicate
            and counted.from_state = visits.state
)

select * from probabilities
