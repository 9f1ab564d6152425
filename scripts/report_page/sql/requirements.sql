select
    period_month, segment, target_amount, round(required_leads, 1) as required_leads, actual_leads,
    round(required_mqls, 1) as required_mqls, actual_mqls,
    round(required_opportunities, 1) as required_opportunities, actual_opportunities
from marts.rpt_funnel_requirements
where required_mqls is not null or required_opportunities is not null
order by period_month, segment
