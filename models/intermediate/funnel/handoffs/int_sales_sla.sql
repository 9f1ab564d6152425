with handoffs as (select * from {{ ref('int_handoff_slas') }}),

totals as (select * from {{ ref('int_report_totals') }}),

terms as (
    select
        metrics.metric,
        handoffs.team,
        handoffs.segment,
        case metrics.metric
            when 'follow_up' then handoffs.target_hours
            when 'cadence' then handoffs.target_attempts
            when 'recycling' then handoffs.target_recycling_days
        end as target_value,
        case metrics.metric
            when 'follow_up' then handoffs.hours_to_follow_up
            when 'cadence' then cast(handoffs.attempts_14d as double)
            when 'recycling'
                then {{ seconds_between('handoffs.handed_off_at', 'handoffs.returned_at') }} / 86400
        end as actual_value,
        handoffs.target_compliance_rate,
        handoffs.expected_value,
        case metrics.metric
            when 'follow_up' then handoffs.is_sla_met
            when 'cadence' then handoffs.is_cadence_met
            when 'recycling' then handoffs.is_recycling_met
        end as is_met,
        cast({{ dbt.date_trunc('month', reporting_date('handoffs.handed_off_at')) }} as date)
            as period_month
    from handoffs
    cross join (values ('follow_up'), ('cadence'), ('recycling')) as metrics (metric)
    where
        handoffs.handoff_kind = 'new'
        and (metrics.metric <> 'recycling' or handoffs.is_recycling_due)
),

-- A slice has a target only if all its hand-offs have the same one.
sales_sla as (
    select
        terms.metric,
        coalesce(totals.first_total, terms.team) as team,
        coalesce(totals.second_total, terms.segment) as segment,
        terms.period_month,
        count(*) as handoffs_count,
        sum(case when terms.is_met then 1 else 0 end) as met_count,
        sum(case when not terms.is_met then 1 else 0 end) as breached_count,
        sum(terms.expected_value) as handoffs_value,
        sum(case when not terms.is_met then terms.expected_value end) as breached_value,
        case
            when min(terms.target_value) = max(terms.target_value) then min(terms.target_value)
        end as target_value,
        median(terms.actual_value) as actual_value,
        min(terms.target_compliance_rate) as target_compliance_rate
    from terms
    cross join totals
    group by all
)

select * from sales_sla
