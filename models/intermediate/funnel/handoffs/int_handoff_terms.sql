-- A person who joins an open opportunity has no terms: sales is already working on it.
with handoffs as (
    select
        handoff_id,
        team,
        segment,
        {{ reporting_date('handed_off_at') }} as handed_off_date
    from {{ ref('int_handoffs') }}
    where handoff_kind = 'new'
),

sla_terms as (select * from {{ ref('sla_terms') }}),

-- Per metric, the most specific term that is valid on the day.
valid_terms as (
    select
        handoffs.handoff_id,
        sla_terms.metric,
        sla_terms.target
    from handoffs
    inner join sla_terms
        on
            sla_terms.team in (handoffs.team, '(all)')
            and sla_terms.segment in (handoffs.segment, '(all)')
            and handoffs.handed_off_date >= sla_terms.valid_from
            and coalesce(handoffs.handed_off_date < sla_terms.valid_to, true)
    qualify row_number() over (
        partition by handoffs.handoff_id, sla_terms.metric
        order by
            case when sla_terms.team = '(all)' then 2 else 1 end nulls last,
            case when sla_terms.segment = '(all)' then 2 else 1 end nulls last,
            sla_terms.valid_from desc nulls last
    ) = 1
),

handoff_terms as (
    select
        handoffs.handoff_id,
        max(case when valid_terms.metric = 'follow_up' then valid_terms.target end)
            as follow_up_hours,
        max(case when valid_terms.metric = 'cadence' then valid_terms.target end)
            as cadence_attempts,
        max(case when valid_terms.metric = 'recycling' then valid_terms.target end)
            as recycling_days,
        max(case when valid_terms.metric = 'compliance' then valid_terms.target end)
            as compliance_rate
    from handoffs
    left join valid_terms on handoffs.handoff_id = valid_terms.handoff_id
    group by handoffs.handoff_id
)

select * from handoff_terms
