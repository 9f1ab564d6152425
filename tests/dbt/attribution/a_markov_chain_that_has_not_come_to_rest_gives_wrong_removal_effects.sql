-- After 2^15 steps nobody may still be on the way; shares of effects sum to 1, and no effect is
-- above 1.
select
    states.conversion_type,
    states.replicate,
    max(chains.power) as figure
from {{ ref('int_markov_squaring_15') }} as chains
inner join {{ ref('int_markov_states') }} as states on chains.from_key = states.state_key
group by states.conversion_type, states.replicate
having max(chains.power) >= 1e-12
union all
select
    conversion_type,
    replicate,
    sum(effect_share) as figure
from {{ ref('int_markov_removal_effects') }}
group by conversion_type, replicate
having
    abs(sum(effect_share) - 1) > 1e-9
    or max(removal_effect) > 1.000000001
    or min(removal_effect) < 0
