select
    period_month, platform, sum(clicks) as clicks, sum(sessions_count) as sessions_count,
    sum(spend) as spend, sum(leads_count) as leads_count
from marts.rpt_ad_performance
where tracked_share is not null
group by all
order by all
