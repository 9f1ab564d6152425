with visits as (
    select * from {{ ref('int_markov_visits') }}
),

conversion_steps as (
    select * from {{ ref('int_markov_probabilities') }}
    where to_state = '(conversion)'
),

-- The probability of a conversion, sooner or later, from each state.
chances as (
    select
        visits.conversion_type,
        visits.replicate,
        visits.from_state as state,
        sum(visits.visits * conversion_steps.probability) as chance
    from visits
    inner join conversion_steps
        on
            visits.conversion_type = conversion_steps.conversion_type
            and visits.replicate = conversion_steps.replicate
            and visits.to_state = conversion_steps.from_state
    group by visits.conversion_type, visits.replicate, visits.from_state
),

states as (
    select
        visits.conversion_type,
        visits.replicate,
        visits.to_state as state,
        max(case when visits.from_state = '(start)' then visits.visits end) as visits_from_start,
        max(case when visits.from_state = visits.to_state then visits.visits end) as own_visits
    from visits
    group by visits.conversion_type, visits.replicate, visits.to_state
),

-- The probability of reaching the channel, times that of converting from there, over that of
-- converting at all.
effects as (
    select
        states.conversion_type,
        states.replicate,
        states.state as channel,
        round(
            states.visits_from_start / states.own_visits
            * coalesce(chances.chance, 0) / start_chances.chance,
            12
        ) as removal_effect
    from states
    inner join chances as start_chances
        on
            states.conversion_type = start_chances.conversion_type
            and states.replicate = start_chances.replicate
            and start_chances.state = '(start)'
            and start_chances.chance > 0
    left join chances
        on
            states.conversion_type = chances.conversion_type
            and states.replicate = chances.replicate
            and states.state = chances.state
    where states.state <> '(start)' and states.visits_from_start is not null
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
