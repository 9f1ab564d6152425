with handoffs as (
    select * from {{ ref('int_handoffs') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

sla_terms as (
    select * from {{ ref('sla_terms') }}
),

segmented as (
    select
        handoffs.handoff_id,
        handoffs.team,
        coalesce(accounts.segment, 'unknown') as segment,
        {{ reporting_date('handoffs.handed_off_at') }} as handed_off_date
    from handoffs
    left join accounts on handoffs.account_id = accounts.account_id
),

-- A few terms per hand-off: the most particular one that is valid on its day counts.
valid_terms as (
    select
        segmented.handoff_id,
        sla_terms.metric,
        sla_terms.target
    from segmented
    inner join sla_terms
        on
            sla_terms.team in (segmented.team, '(all)')
            and sla_terms.segment in (segmented.segment, '(all)')
            and segmented.handed_off_date >= sla_terms.valid_from
            and (
                sla_terms.valid_to is null or segmented.handed_off_date < sla_terms.valid_to
            )
    qualify row_number() over (
        partition by segmented.handoff_id, sla_terms.metric
        order by
            case when sla_terms.team = '(all)' then 2 else 1 end nulls last,
            case when sla_terms.segment = '(all)' then 2 else 1 end nulls last,
            sla_terms.valid_from desc nulls last
    ) = 1
),

handoff_terms as (
    select
        segmented.handoff_id,
        segmented.segment,
        max(case when valid_terms.metric = 'follow_up' then valid_terms.target end)
            as follow_up_hours,
        max(case when valid_terms.metric = 'cadence' then valid_terms.target end)
            as cadence_attempts,
        max(case when valid_terms.metric = 'recycling' then valid_terms.target end)
            as recycling_days,
        max(case when valid_terms.metric = 'compliance' then valid_terms.target end)
            as compliance_rate
    from segmented
    left join valid_terms on segmented.handoff_id = valid_terms.handoff_id
    group by segmented.handoff_id, segmented.segment
)

select * from handoff_terms
