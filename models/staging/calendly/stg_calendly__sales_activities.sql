{{ config(enabled='calendly' in var('meeting_sources')) }}

with invitees as (select * from {{ ref('base_calendly__invitees') }}),

-- A reschedule cancels the old invitee and books a new one that refers to it: several rows, one
-- meeting.
with_status as (
    select
        *,
        case
            when
                (status = 'canceled' or event_status = 'canceled')
                and coalesce(canceled_at < {{ as_of_end() }}, true)
                then 'cancelled'
            when is_no_show then 'no_show'
            when start_time < {{ as_of_end() }} then 'held'
            else 'booked'
        end as activity_status
    from invitees
),

renamed as (
    select
        'calendly' as source_system,
        uri as activity_id,
        'meeting' as activity_type,
        -- Calendly has no CRM ids: the person is found by email.
        cast(null as string) as person_id,
        cast(null as string) as account_id,
        cast(null as string) as opportunity_id,
        host_user_id as owner_id,
        activity_status,
        cast(null as string) as campaign_id,
        cast(null as string) as channel,
        old_invitee_uri as rescheduled_from_id,
        email,
        cast(null as boolean) as is_connected,
        start_time as scheduled_at,
        case when activity_status = 'held' then start_time end as occurred_at,
        created_at
    from with_status
)

select * from renamed
