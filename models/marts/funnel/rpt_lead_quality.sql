-- Leads who join an opportunity that sales is working on are not marketing's to answer for.
with handoffs as (
    select * from {{ ref('fct_handoffs') }}
    where handoff_kind = 'new'
),

feedback as (select * from {{ ref('fct_lead_feedback') }}),

judged as (
    select
        handoff_id,
        max(case when verdict = 'accepted' then 1 else 0 end) as accepted,
        max(case when verdict = 'verified' then 1 else 0 end) as verified,
        max(case when verdict = 'rejected' then 1 else 0 end) as rejected,
        max(case when verdict = 'disqualified' then 1 else 0 end) as disqualified,
        max(case when verdict = 'recycled' then 1 else 0 end) as recycled
    from feedback
    group by handoff_id
),

-- Of several exits of a hand-off, the first gives the reason.
reasons as (
    select * from feedback
    where verdict in ('rejected', 'disqualified', 'recycled')
    qualify row_number() over (
        partition by handoff_id order by given_at nulls last, verdict nulls last
    ) = 1
),

leads as (
    select
        coalesce(journeys.first_touch_channel, '(none)') as channel,
        handoffs.team,
        cast({{ dbt.date_trunc('month', reporting_date('handoffs.handed_off_at')) }} as date)
            as period_month,
        judged.accepted,
        judged.verified,
        judged.rejected,
        judged.disqualified,
        judged.recycled,
        reasons.reason,
        reasons.reason_group
    from handoffs
    left join {{ ref('int_journeys') }} as journeys on handoffs.journey_id = journeys.journey_id
    left join judged on handoffs.handoff_id = judged.handoff_id
    left join reasons on handoffs.handoff_id = reasons.handoff_id
),

reason_counts as (
    select
        channel,
        team,
        period_month,
        reason,
        count(*) as leads_count
    from leads
    where reason <> '(none)'
    group by channel, team, period_month, reason
),

top_reasons as (
    select * from reason_counts
    qualify row_number() over (
        partition by channel, team, period_month
        order by leads_count desc nulls last, reason asc nulls last
    ) = 1
),

counted as (
    select
        channel,
        team,
        cast(count(*) as bigint) as handed_over_count,
        cast(count(accepted) as bigint) as judged_count,
        cast(coalesce(sum(accepted), 0) as bigint) as accepted_count,
        cast(coalesce(sum(verified), 0) as bigint) as verified_count,
        cast(coalesce(sum(rejected), 0) as bigint) as rejected_count,
        cast(coalesce(sum(disqualified), 0) as bigint) as disqualified_count,
        cast(coalesce(sum(recycled), 0) as bigint) as recycled_count,
        cast(count(case when reason_group = 'fit' then 1 end) as bigint) as fit_reason_count,
        cast(count(case when reason_group = 'timing' then 1 end) as bigint) as timing_reason_count,
        cast(count(case when reason_group = 'data' then 1 end) as bigint) as data_reason_count,
        cast(count(case when reason_group = 'interest' then 1 end) as bigint)
            as interest_reason_count,
        period_month
    from leads
    group by channel, team, period_month
),

final as (
    select
        counted.channel,
        counted.team,
        top_reasons.reason as top_reason,
        counted.handed_over_count,
        counted.judged_count,
        counted.accepted_count,
        counted.verified_count,
        counted.rejected_count,
        counted.disqualified_count,
        counted.recycled_count,
        counted.fit_reason_count,
        counted.timing_reason_count,
        counted.data_reason_count,
        counted.interest_reason_count,
        {{ rate('counted.accepted_count', 'counted.handed_over_count') }} as acceptance_rate,
        {{ rate('counted.verified_count', 'counted.handed_over_count') }} as confirm_rate,
        {{ rate('counted.rejected_count', 'counted.handed_over_count') }} as rejection_rate,
        counted.period_month
    from counted
    left join top_reasons
        on
            counted.channel = top_reasons.channel
            and counted.team = top_reasons.team
            and counted.period_month = top_reasons.period_month
)

select * from final
