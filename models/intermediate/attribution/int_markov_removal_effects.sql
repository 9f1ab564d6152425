with chains as (
    select * from {{ ref('int_markov_squaring_15') }}
),

conversion_steps as (
    select * from {{ ref('int_markov_probabilities') }}
    where to_state = '(conversion)'
),

-- The chance to convert sooner or later from a state.
chances as (
    select
        chains.conversion_type,
        chains.replicate,
        chains.from_state as state,
        sum(chains.visits * conversion_steps.probability) as chance
    from chains
    inner join conversion_steps
        on
            chains.conversion_type = conversion_steps.conversion_type
            and chains.replicate = conversion_steps.replicate
            and chains.to_state = conversion_steps.from_state
    group by chains.conversion_type, chains.replicate, chains.from_state
),

start_chances as (
    select * from chances
    where state = '(start)' and chance > 0
),

visits_from_start as (
    select * from chains
    where from_state = '(start)' and to_state <> '(start)'
),

own_visits as (
    select * from chains
    where from_state = to_state
),

-- The chance to reach the channel at all, times the chance to convert from there, over the chance
-- to convert at all.
effects as (
    select
        visits_from_start.conversion_type,
        visits_from_start.replicate,
        visits_from_start.to_state as channel,
        round(
            visits_from_start.visits / own_visits.visits
            * coalesce(chances.chance, 0) / start_chances.chance,
            12
        ) as removal_effect
    from visits_from_start
    inner join own_visits
        on
            visits_from_start.conversion_type = own_visits.conversion_type
            and visits_from_start.replicate = own_visits.replicate
            and visits_from_start.to_state = own_visits.from_state
    inner join start_chances
        on
            visits_from_start.conversion_type = start_chances.conversion_type
            and visits_from_start.replicate = start_chances.replicate
    left outer join chances
        on
            visits_from_start.conversion_type = chances.conversion_type
            and visits_from_start.replicate = chances.replicate
            and visits_from_start.to_state = chances.state
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
