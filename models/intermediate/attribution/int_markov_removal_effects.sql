with probabilities as (select * from {{ ref('int_markov_probabilities') }}),

visits as (select * from {{ ref('int_markov_visits') }}),

-- Probability of an eventual conversion from each state.
chances as (
    select
        visits.from_key as state_key,
        sum(visits.visits * probabilities.probability) as chance
    from visits
    inner join probabilities on visits.to_key = probabilities.from_key
    where probabilities.to_state = '(conversion)'
    group by visits.from_key
),

chains as (
    select distinct
        probabilities.conversion_type,
        probabilities.replicate,
        probabilities.from_key as start_key,
        chances.chance
    from probabilities
    inner join chances on probabilities.from_key = chances.state_key
    where probabilities.from_state = '(start)' and chances.chance > 0
),

channels as (
    select distinct
        conversion_type,
        replicate,
        to_state as channel,
        to_key as state_key
    from probabilities
    where to_state <> '(conversion)'
),

-- Probability of reaching the channel, times the probability of converting from there, divided by
-- the probability of converting at all.
effects as (
    select
        channels.conversion_type,
        channels.replicate,
        channels.channel,
        round(
            visits.visits / own_visits.visits * coalesce(chances.chance, 0) / chains.chance, 12
        ) as removal_effect
    from chains
    inner join channels
        on
            chains.conversion_type = channels.conversion_type
            and chains.replicate = channels.replicate
    inner join visits
        on chains.start_key = visits.from_key and channels.state_key = visits.to_key
    inner join visits as own_visits
        on channels.state_key = own_visits.from_key and channels.state_key = own_visits.to_key
    left join chances on channels.state_key = chances.state_key
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
