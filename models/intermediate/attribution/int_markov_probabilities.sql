-- A step is told by one number: millions of rows are added up by it faster than by three texts.
with transitions as (
    select
        *,
        {{ hash64('conversion_type, from_state, to_state') }} as step_key
    from {{ ref('int_markov_transitions') }}
),

steps as (
    select distinct
        step_key,
        conversion_type,
        from_state,
        to_state
    from transitions
),

weights as (
    select * from {{ ref('int_bootstrap_weights') }}
),

-- Replicate 0 is the data itself: all that is asked of leads and opportunities.
weighted as (
    select
        transitions.step_key,
        weights.replicate,
        transitions.transitions_count * weights.weight as transitions_count
    from transitions
    inner join weights on transitions.bootstrap_group = weights.bootstrap_group
    where transitions.conversion_type in ('mql', 'won', 'order')
    union all
    select
        step_key,
        0 as replicate,
        transitions_count
    from transitions
    where conversion_type not in ('mql', 'won', 'order')
),

sums as (
    select
        step_key,
        replicate,
        sum(transitions_count) as transitions_count
    from weighted
    group by step_key, replicate
),

counted as (
    select
        steps.conversion_type,
        sums.replicate,
        steps.from_state,
        steps.to_state,
        cast(sums.transitions_count as double) as transitions_count
    from sums
    inner join steps on sums.step_key = steps.step_key
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
