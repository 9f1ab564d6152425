{{ config(materialized=view_until_published()) }}

with handoff_slas as (select * from {{ ref('int_handoff_slas') }}),

final as (
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
        breach_reason,
        attempts_14d,
        hours_to_follow_up,
        business_hours_to_follow_up,
        target_hours,
        target_attempts,
        target_recycling_days,
        target_compliance_rate,
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
    from handoff_slas
)

select * from final
