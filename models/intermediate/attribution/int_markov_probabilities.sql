with transitions as (
    select * from {{ ref('int_markov_transitions') }}
),

distinct_steps as (
    select distinct
        conversion_type,
        from_state,
        to_state
    from transitions
),

-- Adding up millions of rows by one number is faster than by three texts.
steps as (
    select
        *,
        row_number() over (
            order by
                conversion_type asc nulls last, from_state asc nulls last, to_state asc nulls last
        ) as step_number
    from distinct_steps
),

numbered as (
    select
        steps.step_number,
        transitions.conversion_type,
        transitions.bootstrap_group,
        transitions.transitions_count
    from transitions
    inner join steps
        on
            transitions.conversion_type = steps.conversion_type
            and transitions.from_state = steps.from_state
            and transitions.to_state = steps.to_state
),

weights as (
    select * from {{ ref('int_bootstrap_weights') }}
),

-- Replicate 0 is the data itself: all that is asked of leads and opportunities.
weighted as (
    select
        numbered.step_number,
        weights.replicate,
        numbered.transitions_count * weights.weight as transitions_count
    from numbered
    inner join weights on numbered.bootstrap_group = weights.bootstrap_group
    where numbered.conversion_type in ('mql', 'won', 'order')
    union all
    select
        step_number,
        0 as replicate,
        transitions_count
    from numbered
    where conversion_type not in ('mql', 'won', 'order')
),

sums as (
    select
        step_number,
        replicate,
        sum(transitions_count) as transitions_count
    from weighted
    group by step_number, replicate
),

counted as (
    select
        steps.conversion_type,
        sums.replicate,
        steps.from_state,
        steps.to_state,
        cast(sums.transitions_count as double) as transitions_count
    from sums
    inner join steps on sums.step_number = steps.step_number
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
