{{ config(materialized=view_until_published()) }}

with handoff_slas as (select * from {{ ref('int_handoff_slas') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

owners as (select * from {{ ref('owners') }}),

final as (
    select
        handoff_slas.handoff_id,
        handoff_slas.journey_id,
        handoff_slas.person_key,
        handoff_slas.account_id,
        handoff_slas.opportunity_id,
        handoff_slas.owner_id,
        accounts.account_name,
        opportunities.opportunity_name,
        owners.owner_name,
        handoff_slas.team,
        handoff_slas.segment,
        handoff_slas.handoff_kind,
        handoff_slas.breach_reason,
        handoff_slas.attempts_14d,
        handoff_slas.hours_to_follow_up,
        handoff_slas.business_hours_to_follow_up,
        handoff_slas.target_hours,
        handoff_slas.target_attempts,
        handoff_slas.target_recycling_days,
        handoff_slas.target_compliance_rate,
        handoff_slas.expected_value,
        handoff_slas.is_owner_active,
        handoff_slas.is_sla_met,
        handoff_slas.is_cadence_met,
        handoff_slas.is_recycling_due,
        handoff_slas.is_recycling_met,
        {{ reporting_date('handoff_slas.handed_off_at') }} as handed_off_date,
        {{ reporting_date('handoff_slas.first_follow_up_at') }} as first_follow_up_date,
        {{ reporting_date('handoff_slas.connected_at') }} as connected_date,
        {{ reporting_date('handoff_slas.last_activity_at') }} as last_activity_date,
        {{ reporting_date('handoff_slas.returned_at') }} as returned_date,
        handoff_slas.handed_off_at,
        handoff_slas.first_follow_up_at,
        handoff_slas.connected_at,
        handoff_slas.last_activity_at,
        handoff_slas.returned_at
    from handoff_slas
    left join accounts on handoff_slas.account_id = accounts.account_id
    left join opportunities on handoff_slas.opportunity_id = opportunities.opportunity_id
    left join owners on handoff_slas.owner_id = owners.owner_id
)

select * from final
