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

-- Hand-offs are many, days and teams few: the terms are looked up once for each of those.
cases as (
    select distinct
        team,
        segment,
        handed_off_date
    from segmented
),

-- A few terms each: the most particular one that is valid on the day counts.
valid_terms as (
    select
        cases.team,
        cases.segment,
        cases.handed_off_date,
        sla_terms.metric,
        sla_terms.target
    from cases
    inner join sla_terms
        on
            sla_terms.team in (cases.team, '(all)')
            and sla_terms.segment in (cases.segment, '(all)')
            and cases.handed_off_date >= sla_terms.valid_from
            and (sla_terms.valid_to is null or cases.handed_off_date < sla_terms.valid_to)
    qualify row_number() over (
        partition by cases.team, cases.segment, cases.handed_off_date, sla_terms.metric
        order by
            case when sla_terms.team = '(all)' then 2 else 1 end nulls last,
            case when sla_terms.segment = '(all)' then 2 else 1 end nulls last,
            sla_terms.valid_from desc nulls last
    ) = 1
),

terms as (
    select
        team,
        segment,
        handed_off_date,
        max(case when metric = 'follow_up' then target end) as follow_up_hours,
        max(case when metric = 'cadence' then target end) as cadence_attempts,
        max(case when metric = 'recycling' then target end) as recycling_days,
        max(case when metric = 'compliance' then target end) as compliance_rate
    from valid_terms
    group by team, segment, handed_off_date
),

handoff_terms as (
    select
        segmented.handoff_id,
        segmented.segment,
        terms.follow_up_hours,
        terms.cadence_attempts,
        terms.recycling_days,
        terms.compliance_rate
    from segmented
    left join terms
        on
            segmented.team = terms.team
            and segmented.segment = terms.segment
            and segmented.handed_off_date = terms.handed_off_date
)

select * from handoff_terms
