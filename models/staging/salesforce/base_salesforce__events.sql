{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_events as (
    select * from {{ raw('salesforce', 'event', with_later=true) }}
),

timed as (
    select
        *,
        coalesce(start_date_time, activity_date_time) as starts_at
    from raw_events
    where coalesce(is_deleted, false) = false
),

-- Everything in the calendar is a meeting, over the phone or not. Calendar tools mark a cancelled
-- one in its subject.
with_status as (
    select
        id,
        who_id,
        what_id,
        account_id,
        owner_id,
        'meeting' as activity_type,
        case
            when {{ matches('lower(subject)', "'^cancell?ed:'") }} then 'cancelled'
            when no_show_c then 'no_show'
            when starts_at < {{ as_of_end() }} then 'held'
            else 'booked'
        end as activity_status,
        cast(null as boolean) as is_connected,
        starts_at as scheduled_at,
        starts_at as happened_at,
        created_date
    from timed
)

select * from with_status
