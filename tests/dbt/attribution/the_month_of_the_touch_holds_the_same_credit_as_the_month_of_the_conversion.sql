select
    model,
    conversion_type,
    sum(case when basis = 'touch_month' then credited_value else -credited_value end) as difference
from {{ ref('rpt_channel_performance') }}
group by model, conversion_type
having sum(case when basis = 'touch_month' then credited_value else -credited_value end) <> 0
