{{ config(enabled='generic' in var('crm_sources') or 'generic' in var('meeting_sources')) }}

with raw_sales_activities as (
    select * from {{ raw('generic', 'sales_activities', with_later=true) }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        activity_id,
        activity_type,
        person_id,
        account_id,
        opportunity_id,
        owner_id,
        activity_status,
        rescheduled_from_id,
        email,
        is_connected,
        scheduled_at,
        occurred_at,
        created_at
    from raw_sales_activities
)

select * from renamed
