with probabilities as (
    select * from {{ ref('int_markov_probabilities') }}
    where to_state <> '(conversion)'
),

states as (
    select
        conversion_type,
        replicate,
        from_state as state
    from {{ ref('int_markov_probabilities') }}
    union distinct
    select
        conversion_type,
        replicate,
        to_state as state
    from probabilities
),

-- Before any step every state has been visited once: by itself.
chains as (
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        probability as power,
        cast(0 as double) as visits
    from probabilities
    union all
    select
        conversion_type,
        replicate,
        state as from_state,
        state as to_state,
        cast(0 as double) as power,
        cast(1 as double) as visits
    from states
)

select * from chains
