{{ config(enabled='marketo' in var('marketing_sources')) }}

with raw_changes as (
    select * from {{ raw('marketo', 'activity_change_status_in_progression') }}
),

leads as (select * from {{ ref('base_marketo__leads') }}),

programs as (select * from {{ ref('base_marketo__programs') }}),

current_statuses as (
    select * from raw_changes
    qualify row_number() over (
        partition by primary_attribute_value_id, lead_id
        order by activity_date desc nulls last, id desc nulls last
    ) = 1
),

successes as (
    select
        primary_attribute_value_id,
        lead_id,
        min(activity_date) as first_success_at
    from raw_changes
    where success
    group by primary_attribute_value_id, lead_id
),

memberships as (
    select
        current_statuses.primary_attribute_value_id as program_id,
        current_statuses.lead_id,
        coalesce(leads.person_id, 'marketo:' || current_statuses.lead_id) as person_id,
        current_statuses.new_status,
        successes.first_success_at
    from current_statuses
    left join successes
        on
            current_statuses.primary_attribute_value_id = successes.primary_attribute_value_id
            and current_statuses.lead_id = successes.lead_id
    left join leads on current_statuses.lead_id = leads.lead_id
    left join programs on current_statuses.primary_attribute_value_id = programs.program_id
    where coalesce(programs.is_in_crm or programs.is_deleted, false) = false
)

select * from memberships
