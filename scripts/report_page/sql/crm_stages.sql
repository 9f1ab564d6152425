select
    period_month, pipeline, source_stage, min(stage_order) as stage_order, segment,
    sum(entered_count) as entered_count, sum(advanced_count) as advanced_count,
    sum(won_count) as won_count, sum(lost_count) as lost_count, sum(open_count) as open_count,
    sum(open_over_sla_count) as open_over_sla_count
from marts.rpt_opportunity_stages
group by all
order by pipeline, min(stage_order), source_stage, period_month, segment
