select
    campaign_id,
    count(distinct spend_type) as types_count
from {{ ref('int_spend') }}
where campaign_id is not null and spend <> 0
group by campaign_id
having count(distinct spend_type) > 1
