with visited as (
    select
        source_stage,
        count(distinct opportunity_id) as entered_count,
        count(case when is_current then 1 end) as open_count,
        count(case when is_current and is_over_sla then 1 end) as open_over_sla_count
    from {{ ref('fct_opportunity_stages') }}
    where outcome = 'open'
    group by source_stage
),

reported as (
    select
        source_stage,
        sum(entered_count) as entered_count,
        sum(open_count) as open_count,
        sum(open_over_sla_count) as open_over_sla_count,
        sum(won_count + lost_count + undecided_count) as outcomes_count,
        min(advanced_count - won_count) as advanced_without_win_count
    from {{ ref('rpt_opportunity_stages') }}
    group by source_stage
)

select
    visited.source_stage,
    visited.entered_count,
    reported.entered_count as reported_count
from visited
full outer join reported on visited.source_stage = reported.source_stage
where
    visited.entered_count is distinct from reported.entered_count
    or visited.open_count <> reported.open_count
    or visited.open_over_sla_count <> reported.open_over_sla_count
    or reported.outcomes_count > reported.entered_count
    or reported.advanced_without_win_count < 0
