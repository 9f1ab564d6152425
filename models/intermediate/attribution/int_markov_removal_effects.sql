with chains as (
    select * from {{ ref('int_markov_squaring_15') }}
),

states as (
    select * from {{ ref('int_markov_states') }}
),

conversion_steps as (
    select
        {{ hash64('conversion_type, replicate, from_state') }} as state_key,
        probability
    from {{ ref('int_markov_probabilities') }}
    where to_state = '(conversion)'
),

-- The chance to convert sooner or later from a state.
chances as (
    select
        chains.from_key as state_key,
        sum(chains.visits * conversion_steps.probability) as chance
    from chains
    inner join conversion_steps on chains.to_key = conversion_steps.state_key
    group by chains.from_key
),

start_chances as (
    select
        states.state_key,
        chances.chance
    from states
    inner join chances on states.state_key = chances.state_key
    where states.state = '(start)' and chances.chance > 0
),

own_visits as (
    select * from chains
    where from_key = to_key
),

-- The chance to reach the channel at all, times the chance to convert from there, over the chance
-- to convert at all.
effects as (
    select
        states.conversion_type,
        states.replicate,
        states.state as channel,
        round(
            visits_from_start.visits / own_visits.visits
            * coalesce(chances.chance, 0) / start_chances.chance,
            12
        ) as removal_effect
    from start_chances
    inner join chains as visits_from_start on start_chances.state_key = visits_from_start.from_key
    inner join states on visits_from_start.to_key = states.state_key
    inner join own_visits on visits_from_start.to_key = own_visits.from_key
    left outer join chances on visits_from_start.to_key = chances.state_key
    where states.state <> '(start)'
),

shares as (
    select
        *,
        removal_effect / nullif(
            sum(removal_effect) over (partition by conversion_type, replicate), 0
        ) as effect_share
    from effects
)

select * from shares
