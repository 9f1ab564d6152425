{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_tasks as (
    select * from {{ raw('salesforce', 'task', with_later=true) }}
),

-- The subtype says how a task was logged (Call, Email, ListEmail, Task); the type is what the user
-- chose and may be empty. The call type (Inbound, Outbound, Internal) is set by telephony.
typed as (
    select
        *,
        case
            when lower(call_type) = 'inbound' or lower(type) in ('inbound call', 'call inbound')
                then 'inbound_call'
            when lower(task_subtype) = 'call' or lower(type) = 'call' then 'call'
            when lower(task_subtype) in ('email', 'listemail') or lower(type) = 'email' then 'email'
            when lower(type) in ('meeting', 'demo') then 'meeting'
            else 'task'
        end as activity_type,
        lower(status) as task_status,
        lower(call_disposition) as call_result,
        -- activity_date has no time of day, so use the time of logging if that is on the same day.
        coalesce(
            completed_date_time,
            case
                when cast(activity_date as date) = cast(created_date as date) then created_date
            end,
            activity_date,
            created_date
        ) as happened_at
    from raw_tasks
    where coalesce(is_deleted, false) = false
),

with_status as (
    select
        id,
        who_id,
        what_id,
        account_id,
        owner_id,
        activity_type,
        case
            when {{ matches('task_status', "'no[ -]?show'") }} then 'no_show'
            when {{ matches('task_status', "'cancell?ed'") }} then 'cancelled'
            when not coalesce(is_closed, task_status = 'completed', false) then 'booked'
            when happened_at >= {{ as_of_end() }} then 'booked'
            when activity_type = 'meeting' then 'held'
            else 'done'
        end as activity_status,
        -- Null without a result. Results that do not name a conversation (busy, left voicemail) are
        -- false.
        case
            when
                activity_type <> 'call' or call_result is null or happened_at >= {{ as_of_end() }}
                then cast(null as boolean)
            when {{ matches('call_result', "'disconnect|unanswer|(no|not) (connect|answer)'") }}
                then false
            else {{ matches('call_result', "'connect|answer|spoke|conversation|meeting'") }}
        end as is_connected,
        activity_date as scheduled_at,
        happened_at,
        created_date
    from typed
)

select * from with_status
