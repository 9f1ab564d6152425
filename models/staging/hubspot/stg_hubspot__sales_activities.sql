{{ config(enabled='hubspot' in var('crm_sources')) }}

with engagements as (select * from {{ ref('base_hubspot__engagement_records') }}),

-- A rescheduled meeting is cancelled: the new date is a meeting of its own. HubSpot does not ask
-- for an outcome, so a scheduled meeting that is over took place.
with_status as (
    select
        *,
        case
            when outcome in ('canceled', 'cancelled', 'rescheduled') then 'cancelled'
            when outcome in ('no_show', 'no show') then 'no_show'
            when activity_type = 'task' and coalesce(outcome, '') <> 'completed' then 'booked'
            when coalesce(completed_at, happened_at) >= {{ as_of_end() }} then 'booked'
            when activity_type = 'meeting' then 'held'
            else 'done'
        end as activity_status
    from engagements
),

renamed as (
    select
        'hubspot' as source_system,
        engagement_id as activity_id,
        activity_type,
        person_id,
        account_id,
        opportunity_id,
        owner_id,
        activity_status,
        -- The disposition is a label or the id of one of HubSpot's own: the first is "Connected".
        -- Without a disposition, a call is known to have failed (busy, no answer) or is left null.
        case
            when activity_type <> 'call' then cast(null as boolean)
            when disposition is not null
                then disposition in ('f240bbac-87c9-4f6e-bf70-924b57d47db7', 'connected')
            when outcome in ('busy', 'no_answer', 'failed') then false
        end as is_connected,
        happened_at as scheduled_at,
        case
            when activity_status in ('done', 'held') then coalesce(completed_at, happened_at)
        end as occurred_at,
        created_at
    from with_status
)

select * from renamed
