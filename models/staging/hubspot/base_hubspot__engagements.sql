{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_engagements as (
    select * from {{ raw('hubspot', 'engagement') }}
),

activities as (
    select
        engagement_id,
        case when lower(property_hs_call_direction) = 'inbound' then 'inbound_call' else 'call' end
            as activity_type,
        property_hs_call_status as outcome,
        property_hs_call_disposition as disposition,
        property_hubspot_owner_id as owner_id,
        property_hs_timestamp as happened_at,
        cast(null as timestamp) as completed_at,
        property_hs_createdate as created_at
    from {{ raw('hubspot', 'engagement_call', with_later=true) }} as calls
    where coalesce(_fivetran_deleted, false) = false
    union all
    select
        engagement_id,
        'meeting' as activity_type,
        coalesce(property_hs_meeting_outcome, meeting_outcome) as outcome,
        cast(null as string) as disposition,
        property_hubspot_owner_id as owner_id,
        coalesce(property_hs_meeting_start_time, start_time, property_hs_timestamp) as happened_at,
        cast(null as timestamp) as completed_at,
        property_hs_createdate as created_at
    from {{ raw('hubspot', 'engagement_meeting', with_later=true) }} as meetings
    where coalesce(_fivetran_deleted, false) = false
    union all
    select
        engagement_id,
        'email' as activity_type,
        cast(null as string) as outcome,
        cast(null as string) as disposition,
        property_hubspot_owner_id as owner_id,
        property_hs_timestamp as happened_at,
        cast(null as timestamp) as completed_at,
        property_hs_createdate as created_at
    from {{ raw('hubspot', 'engagement_email', with_later=true) }} as emails
    where
        coalesce(_fivetran_deleted, false) = false
        -- Answers of people are no activity of sales.
        and coalesce(lower(trim(property_hs_email_direction)), '') <> 'incoming_email'
    union all
    select
        engagement_id,
        'task' as activity_type,
        property_hs_task_status as outcome,
        cast(null as string) as disposition,
        property_hubspot_owner_id as owner_id,
        property_hs_timestamp as happened_at,
        property_hs_task_completion_date as completed_at,
        property_hs_createdate as created_at
    from {{ raw('hubspot', 'engagement_task', with_later=true) }} as tasks
    where coalesce(_fivetran_deleted, false) = false
),

engagements as (
    select
        activities.engagement_id,
        activities.activity_type,
        lower(trim(activities.outcome)) as outcome,
        lower(trim(activities.disposition)) as disposition,
        coalesce(activities.owner_id, raw_engagements.owner_id) as owner_id,
        coalesce(activities.happened_at, raw_engagements.timestamp) as happened_at,
        activities.completed_at,
        coalesce(activities.created_at, raw_engagements.created_at) as created_at
    from activities
    left join raw_engagements on activities.engagement_id = raw_engagements.id
)

select * from engagements
