with handoffs as (
    select * from {{ ref('int_handoff_slas') }}
),

terms as (
    select
        'follow_up' as metric,
        team,
        segment,
        target_hours as target_value,
        hours_to_follow_up as actual_value,
        target_compliance_rate,
        is_sla_met as is_met,
        expected_value,
        handed_off_at
    from handoffs
    union all
    select
        'cadence' as metric,
        team,
        segment,
        target_attempts as target_value,
        cast(attempts_14d as double) as actual_value,
        target_compliance_rate,
        is_cadence_met as is_met,
        expected_value,
        handed_off_at
    from handoffs
    union all
    select
        'recycling' as metric,
        team,
        segment,
        target_recycling_days as target_value,
        {{ seconds_between('handed_off_at', 'returned_at') }} / 86400 as actual_value,
        target_compliance_rate,
        is_recycling_met as is_met,
        expected_value,
        handed_off_at
    from handoffs
),

slices as (
    select
        totals.team,
        totals.segment
    from (
        values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
    ) as totals (team, segment)
),

sales_sla as (
    select
        terms.metric,
        coalesce(slices.team, terms.team) as team,
        coalesce(slices.segment, terms.segment) as segment,
        cast({{ dbt.date_trunc('month', reporting_date('terms.handed_off_at')) }} as date)
            as period_month,
        count(*) as handoffs_count,
        sum(case when terms.is_met then 1 else 0 end) as met_count,
        sum(case when not terms.is_met then 1 else 0 end) as breached_count,
        sum(terms.expected_value) as handoffs_value,
        sum(case when not terms.is_met then terms.expected_value end) as breached_value,
        -- One target only where all hand-offs of the slice have the same.
        case
            when min(terms.target_value) = max(terms.target_value) then min(terms.target_value)
        end as target_value,
        median(terms.actual_value) as actual_value,
        min(terms.target_compliance_rate) as target_compliance_rate
    from terms
    cross join slices
    group by all
)

select * from sales_sla
