-- All journeys have ended after the last squaring, effect shares sum to 1, and no effect exceeds 1.
select
    probabilities.conversion_type,
    probabilities.replicate,
    max(visits.power) as figure
from {{ ref('int_markov_visits') }} as visits
inner join {{ ref('int_markov_probabilities') }} as probabilities
    on visits.from_key = probabilities.from_key
group by probabilities.conversion_type, probabilities.replicate
having max(visits.power) >= 1e-12
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
