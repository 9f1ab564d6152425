{%- set sla_hours = var('sla_hours') -%}
{%- if sla_hours not in ['clock', 'business'] -%}
    {%- do exceptions.raise_compiler_error(
        "var sla_hours is '" ~ sla_hours ~ "'; it must be clock or business"
    ) -%}
{%- endif -%}

with handoffs as (
    select * from {{ ref('int_handoffs') }}
),

hours as (
    select * from {{ ref('int_handoff_hours') }}
),

attempts as (
    select * from {{ ref('int_handoff_attempts') }}
),

terms as (
    select * from {{ ref('int_handoff_terms') }}
),

mql_values as (
    select * from {{ ref('int_mql_values') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

measured as (
    select
        handoffs.*,
        hours.first_follow_up_at,
        hours.waited_hours,
        hours.waited_business_hours,
        hours.{{ 'waited_business_hours' if sla_hours == 'business' else 'waited_hours' }}
            as counted_hours,
        attempts.attempts_count,
        attempts.connected_at,
        attempts.last_activity_at,
        attempts.returned_at,
        terms.segment,
        terms.follow_up_hours,
        terms.cadence_attempts,
        terms.recycling_days,
        terms.compliance_rate,
        coalesce(mql_values.expected_value, 0) as expected_value,
        as_of.as_of_end_at,
        {{ dbt.dateadd('day', var('cadence_days'), 'handoffs.handed_off_at') }} as cadence_ends_at,
        {{ dbt.dateadd('day', 'cast(terms.recycling_days as int)', 'handoffs.handed_off_at') }}
            as return_due_at,
        {{ dbt.dateadd(
            'day', 'cast(terms.recycling_days as int) + ' ~ var('recycling_grace_days'), 'handoffs.handed_off_at'
        ) }} as return_grace_ends_at
    from handoffs
    inner join hours on handoffs.handoff_id = hours.handoff_id
    inner join attempts on handoffs.handoff_id = attempts.handoff_id
    inner join terms on handoffs.handoff_id = terms.handoff_id
    left join mql_values on handoffs.journey_id = mql_values.journey_id
    cross join as_of
),

-- What is not decided yet, because its time still runs, is null.
judged as (
    select
        *,
        case
            when counted_hours > follow_up_hours then false
            when first_follow_up_at is not null and follow_up_hours is not null then true
        end as is_sla_met,
        case
            when attempts_count >= cadence_attempts or connected_at <= cadence_ends_at then true
            when cadence_ends_at < as_of_end_at and cadence_attempts is not null then false
        end as is_cadence_met,
        case
            when first_follow_up_at <= return_due_at or opportunity_at <= return_due_at then null
            when returned_at <= return_grace_ends_at then true
            when return_grace_ends_at < as_of_end_at then false
        end as is_recycling_met
    from measured
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
        cast(expected_value as decimal(18, 2)) as expected_value,
        is_owner_active,
        is_sla_met,
        is_cadence_met,
        is_recycling_met,
        handed_off_at,
        first_follow_up_at,
        connected_at,
        last_activity_at,
        returned_at
    from judged
)

select * from handoff_slas
