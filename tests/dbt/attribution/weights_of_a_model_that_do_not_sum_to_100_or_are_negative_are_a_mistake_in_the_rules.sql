select
    model,
    sum(weight) as weights,
    min(weight) as lowest_weight
from {{ ref('attribution_models') }}
group by model
having sum(weight) <> 100 or min(weight) < 0
