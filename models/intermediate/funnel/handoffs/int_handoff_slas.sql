{%- set sla_hours = var('sla_hours') -%}
{%- if sla_hours not in ['clock', 'business'] -%}
    {%- do exceptions.raise_compiler_error(
        "var sla_hours is '" ~ sla_hours ~ "'; it must be clock or business"
    ) -%}
{%- endif -%}

with handoffs as (select * from {{ ref('int_handoffs') }}),

follow_ups as (select * from {{ ref('int_handoff_follow_ups') }}),

terms as (select * from {{ ref('int_handoff_terms') }}),

mqls as (select * from {{ ref('int_mqls') }}),

as_of as (select * from {{ ref('as_of') }}),

measured as (
    select
        handoffs.*,
        follow_ups.first_follow_up_at,
        follow_ups.waited_hours,
        follow_ups.waited_business_hours,
        follow_ups.{{ 'waited_business_hours' if sla_hours == 'business' else 'waited_hours' }}
            as counted_hours,
        follow_ups.attempts_count,
        follow_ups.connected_at,
        follow_ups.last_activity_at,
        terms.follow_up_hours,
        terms.cadence_attempts,
        terms.recycling_days,
        terms.compliance_rate,
        mqls.expected_value,
        as_of.as_of_end_at,
        {{ dbt.dateadd('day', var('cadence_days'), 'handoffs.handed_off_at') }} as cadence_ends_at,
        {{ dbt.dateadd('day', 'cast(terms.recycling_days as int)', 'handoffs.handed_off_at') }}
            as return_due_at,
        {{ dbt.dateadd(
            'day', 'cast(terms.recycling_days as int) + ' ~ var('recycling_grace_days'), 'handoffs.handed_off_at'
        ) }} as return_grace_ends_at
    from handoffs
    inner join follow_ups on handoffs.handoff_id = follow_ups.handoff_id
    left join terms on handoffs.handoff_id = terms.handoff_id
    inner join mqls on handoffs.journey_id = mqls.journey_id
    cross join as_of
),

untouched as (
    select
        *,
        return_due_at is not null
        and coalesce(first_follow_up_at > return_due_at, true)
        and coalesce(opportunity_at > return_due_at, true) as is_recycling_due
    from measured
),

-- Null while the time still runs.
judged as (
    select
        *,
        case
            when counted_hours > follow_up_hours then false
            when first_follow_up_at is not null and follow_up_hours is not null then true
        end as is_sla_met,
        case
            when cadence_attempts is null then null
            when attempts_count >= cadence_attempts or connected_at <= cadence_ends_at then true
            when cadence_ends_at < as_of_end_at then false
        end as is_cadence_met,
        case
            when is_recycling_due and returned_at <= return_grace_ends_at then true
            when is_recycling_due and return_grace_ends_at < as_of_end_at then false
        end as is_recycling_met
    from untouched
),

handoff_slas as (
    select
        handoff_id,
        journey_id,
        person_key,
        account_id,
        opportunity_id,
        owner_id,
        team,
        segment,
        handoff_kind,
        case
            when not is_sla_met and first_follow_up_at is null then 'no_follow_up'
            when not is_sla_met then 'late'
        end as breach_reason,
        cast(attempts_count as bigint) as attempts_14d,
        case when first_follow_up_at is not null then waited_hours end as hours_to_follow_up,
        case when first_follow_up_at is not null then waited_business_hours end
            as business_hours_to_follow_up,
        follow_up_hours as target_hours,
        cadence_attempts as target_attempts,
        recycling_days as target_recycling_days,
        compliance_rate as target_compliance_rate,
        expected_value,
        is_owner_active,
        is_sla_met,
        is_cadence_met,
        is_recycling_due,
        is_recycling_met,
        handed_off_at,
        first_follow_up_at,
        connected_at,
        last_activity_at,
        returned_at
    from judged
)

select * from handoff_slas
