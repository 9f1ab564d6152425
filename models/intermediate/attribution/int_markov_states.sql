{{ config(materialized='view') }}

with probabilities as (
    select * from {{ ref('int_markov_probabilities') }}
),

states as (
    select
        conversion_type,
        replicate,
        from_state as state
    from probabilities
    union distinct
    select
        conversion_type,
        replicate,
        to_state as state
    from probabilities
    where to_state <> '(conversion)'
),

numbered as (
    select
        *,
        {{ hash64('conversion_type, replicate, state') }} as state_key
    from states
)

select * from numbered
