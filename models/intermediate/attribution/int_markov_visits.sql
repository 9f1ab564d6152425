{{ config(materialized='fixpoint') }}

with steps as (
    select * from {{ ref('int_markov_probabilities') }}
    where to_state <> '(conversion)'
),

-- Every state but the start is entered from another one.
states as (
    select distinct
        conversion_type,
        replicate,
        to_state as state
    from steps
    union all
    select distinct
        conversion_type,
        replicate,
        from_state as state
    from steps
    where from_state = '(start)'
),

-- Before the first step, each state has been visited once, by itself.
chains as (
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        probability as power,
        cast(0 as double) as visits
    from steps
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

{{ then_repeat() }}

with chains as (
    select * from {{ previous() }}
),

-- Squares the power Q^n to Q^2n. The visits of the first n steps are I + Q + … + Q^(n - 1); those
-- of the next n steps are Q^n times as many, and are added.
products as (
    select
        chains.conversion_type,
        chains.replicate,
        chains.from_state,
        further.to_state,
        chains.power * further.power as power,
        chains.power * further.visits as visits
    from chains
    inner join chains as further
        on
            chains.conversion_type = further.conversion_type
            and chains.replicate = further.replicate
            and chains.to_state = further.from_state
    where chains.power > 0
    union all
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        cast(0 as double) as power,
        visits
    from chains
),

-- Powers below 1e-18 change no visits: without them the rounds come to an end.
squared as (
    select
        conversion_type,
        replicate,
        from_state,
        to_state,
        case when sum(power) < 1e-18 then 0 else sum(power) end as power,
        sum(visits) as visits
    from products
    group by conversion_type, replicate, from_state, to_state
)

select * from squared
