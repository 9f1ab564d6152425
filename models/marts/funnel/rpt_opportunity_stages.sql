with visits as (
    select
        *,
        coalesce(
            max(case when outcome <> 'lost' then stage_order end) over (
                partition by opportunity_id
                order by sequence_number nulls last
                rows between 1 following and unbounded following
            ) > stage_order, false
        ) as has_reached_later_stage
    from {{ ref('fct_opportunity_stages') }}
),

opportunities as (select * from {{ ref('int_opportunities') }}),

-- An opportunity enters a stage once, at its first visit. Its time and its SLA are those of each
-- visit.
entries as (
    select
        visits.pipeline,
        visits.source_stage,
        visits.segment,
        visits.team,
        visits.stage_order,
        visits.visit_number = 1 as is_first_visit,
        visits.has_reached_later_stage or opportunities.is_won as has_advanced,
        opportunities.is_won,
        opportunities.is_closed,
        visits.entry_amount,
        case when visits.exited_at is not null then visits.days_in_stage end as completed_days,
        visits.is_current,
        coalesce(visits.is_current and visits.is_over_sla, false) as is_open_over_sla,
        cast({{ dbt.date_trunc('month', 'visits.entered_date') }} as date) as period_month
    from visits
    inner join opportunities on visits.opportunity_id = opportunities.opportunity_id
    where visits.outcome = 'open'
),

counted as (
    select
        pipeline,
        source_stage,
        segment,
        team,
        min(stage_order) as stage_order,
        count(case when is_first_visit then 1 end) as entered_count,
        count(case when is_first_visit and has_advanced then 1 end) as advanced_count,
        count(case when is_first_visit and is_won then 1 end) as won_count,
        count(case when is_first_visit and is_closed and not is_won then 1 end) as lost_count,
        count(case when is_first_visit and not is_closed and not has_advanced then 1 end)
            as undecided_count,
        count(case when is_current then 1 end) as open_count,
        count(case when is_open_over_sla then 1 end) as open_over_sla_count,
        percentile_cont(0.5) within group (order by completed_days) as median_days,
        percentile_cont(0.75) within group (order by completed_days) as p75_days,
        sum(case when is_first_visit then entry_amount end) as entered_amount,
        period_month
    from entries
    group by pipeline, source_stage, segment, team, period_month
),

final as (
    select
        pipeline,
        source_stage,
        segment,
        team,
        stage_order,
        cast(entered_count as bigint) as entered_count,
        cast(advanced_count as bigint) as advanced_count,
        cast(won_count as bigint) as won_count,
        cast(lost_count as bigint) as lost_count,
        cast(undecided_count as bigint) as undecided_count,
        cast(open_count as bigint) as open_count,
        cast(open_over_sla_count as bigint) as open_over_sla_count,
        {{ rate('advanced_count', 'entered_count') }} as advance_rate,
        {{ rate('won_count', '(won_count + lost_count)') }} as win_rate,
        median_days,
        p75_days,
        cast(coalesce(entered_amount, 0) as decimal(18, 2)) as entered_amount,
        undecided_count = 0 as is_mature,
        period_month
    from counted
)

select * from final
