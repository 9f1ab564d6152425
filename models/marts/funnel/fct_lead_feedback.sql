with handoffs as (select * from {{ ref('int_handoffs') }}),

accounts as (select * from {{ ref('int_accounts') }}),

owners as (select * from {{ ref('owners') }}),

statuses as (
    select * from {{ ref('int_person_statuses') }}
    where stage in ('sal', 'sql', 'disqualified', 'recycled')
),

verifications as (select * from {{ ref('int_handoff_verifications') }}),

feedback_reasons as (select * from {{ ref('feedback_reasons') }}),

-- A status belongs to the last hand-off before it.
handoff_statuses as (
    select
        handoffs.handoff_id,
        statuses.stage,
        statuses.changed_by,
        statuses.reason,
        statuses.changed_at
    from handoffs
    inner join statuses
        on
            handoffs.person_key = statuses.person_key
            and handoffs.handed_off_at <= statuses.changed_at
            and coalesce(handoffs.next_handed_off_at > statuses.changed_at, true)
),

status_verdicts as (
    select
        handoff_statuses.handoff_id,
        handoff_statuses.changed_by,
        case
            when handoff_statuses.stage in ('sal', 'sql') then 'accepted'
            else coalesce(feedback_reasons.verdict, handoff_statuses.stage)
        end as verdict,
        handoff_statuses.reason as source_reason,
        coalesce(feedback_reasons.reason, handoff_statuses.reason, '(none)') as reason,
        coalesce(feedback_reasons.reason_group, '(none)') as reason_group,
        handoff_statuses.changed_at as given_at
    from handoff_statuses
    left join feedback_reasons
        on lower(trim(handoff_statuses.reason)) = lower(trim(feedback_reasons.source_reason))
),

exited as (
    select distinct handoff_id
    from status_verdicts
    where verdict <> 'accepted'
),

-- A lead that sales gives back to another team, without a status that says why, is rejected.
verdicts as (
    select * from status_verdicts
    union all
    select
        handoff_id,
        verified_by as changed_by,
        'verified' as verdict,
        cast(null as string) as source_reason,
        '(none)' as reason,
        '(none)' as reason_group,
        verified_at as given_at
    from verifications
    union all
    select
        handoffs.handoff_id,
        cast(null as string) as changed_by,
        'rejected' as verdict,
        cast(null as string) as source_reason,
        '(none)' as reason,
        '(none)' as reason_group,
        handoffs.returned_at as given_at
    from handoffs
    left join exited on handoffs.handoff_id = exited.handoff_id
    where handoffs.returned_at is not null and exited.handoff_id is null
),

first_verdicts as (
    select * from verdicts
    qualify row_number() over (
        partition by handoff_id, verdict
        order by given_at nulls last, source_reason nulls last, changed_by nulls last
    ) = 1
),

final as (
    select
        md5(first_verdicts.handoff_id || '|' || first_verdicts.verdict) as feedback_id,
        handoffs.handoff_id,
        handoffs.journey_id,
        handoffs.person_key,
        handoffs.account_id,
        handoffs.owner_id,
        first_verdicts.changed_by,
        accounts.account_name,
        owners.owner_name,
        handoffs.team,
        handoffs.segment,
        handoffs.handoff_kind,
        first_verdicts.verdict,
        first_verdicts.source_reason,
        first_verdicts.reason,
        first_verdicts.reason_group,
        {{ reporting_date('first_verdicts.given_at') }} as given_date,
        first_verdicts.given_at
    from first_verdicts
    inner join handoffs on first_verdicts.handoff_id = handoffs.handoff_id
    left join accounts on handoffs.account_id = accounts.account_id
    left join owners on handoffs.owner_id = owners.owner_id
)

select * from final
