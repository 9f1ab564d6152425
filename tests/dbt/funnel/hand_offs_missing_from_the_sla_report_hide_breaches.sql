-- Each sales metric counts every new hand-off of the month to which it applies once, by number and
-- value. (all) rows are the sums of their slices.
with compliance as (
    select * from {{ ref('rpt_sla_compliance') }}
    where metric in ('follow_up', 'cadence', 'recycling')
),

handoffs as (
    select
        metrics.metric,
        cast({{ dbt.date_trunc('month', reporting_date('handoffs.handed_off_at')) }} as date)
            as period_month,
        count(*) as handoffs_count,
        sum(
            case
                when metrics.metric = 'follow_up' and not handoffs.is_sla_met then 1
                when metrics.metric = 'cadence' and not handoffs.is_cadence_met then 1
                when metrics.metric = 'recycling' and not handoffs.is_recycling_met then 1
                else 0
            end
        ) as breached_count,
        sum(handoffs.expected_value) as handoffs_value
    from {{ ref('fct_handoffs') }} as handoffs
    cross join (values ('follow_up'), ('cadence'), ('recycling')) as metrics (metric)
    where
        handoffs.handoff_kind = 'new'
        and (metrics.metric <> 'recycling' or handoffs.is_recycling_due)
    group by all
),

reported as (
    select
        metric,
        period_month,
        case when team = '(all)' then 1 else 0 end as is_all_teams,
        case when segment = '(all)' then 1 else 0 end as is_all_segments,
        sum(handoffs_count) as handoffs_count,
        sum(met_count + breached_count + pending_count) as judged_count,
        sum(breached_count) as breached_count,
        sum(handoffs_value) as handoffs_value
    from compliance
    group by all
)

select
    reported.*,
    handoffs.handoffs_count as fact_count
from reported
full outer join handoffs
    on reported.period_month = handoffs.period_month and reported.metric = handoffs.metric
where
    reported.handoffs_count is null
    or handoffs.handoffs_count is null
    or reported.handoffs_count <> handoffs.handoffs_count
    or reported.judged_count <> reported.handoffs_count
    or reported.handoffs_value <> handoffs.handoffs_value
    or reported.breached_count <> handoffs.breached_count
