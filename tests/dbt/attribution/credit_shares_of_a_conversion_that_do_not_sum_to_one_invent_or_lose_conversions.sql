select
    conversion_id,
    model,
    sum(credit_share) as total_share
from {{ ref('fct_attribution_credits') }}
group by conversion_id, model
having abs(sum(credit_share) - 1) > 1e-9
