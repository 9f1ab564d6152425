with steps as (
    select
        {{ hash64('conversion_type, replicate, from_state') }} as from_key,
        {{ hash64('conversion_type, replicate, to_state') }} as to_key,
        probability
    from {{ ref('int_markov_probabilities') }}
    where to_state <> '(conversion)'
),

states as (
    select * from {{ ref('int_markov_states') }}
),

-- Before any step every state has been visited once: by itself.
chains as (
    select
        from_key,
        to_key,
        probability as power,
        cast(0 as double) as visits
    from steps
    union all
    select
        state_key as from_key,
        state_key as to_key,
        cast(0 as double) as power,
        cast(1 as double) as visits
    from states
)

select * from chains
