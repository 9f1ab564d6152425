{{ config(enabled='salesforce' in var('crm_sources')) }}

with tasks as (select * from {{ ref('base_salesforce__tasks') }}),

raw_events as (
    select
        *,
        coalesce(start_date_time, activity_date_time) as starts_at
    from {{ raw('salesforce', 'event', with_later=true) }}
    where coalesce(is_deleted, false) = false
),

-- Every calendar event is a meeting, also by phone. Calendar tools mark cancellations in the
-- subject.
meetings as (
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
    from raw_events
),

activities as (
    select * from tasks
    union all
    select * from meetings
),

renamed as (
    select
        'salesforce' as source_system,
        id as activity_id,
        activity_type,
        who_id as person_id,
        -- The first three characters of an id name its object: 001 an account, 006 an opportunity,
        -- 701 a campaign.
        case when substr(what_id, 1, 3) = '001' then what_id else account_id end as account_id,
        case when substr(what_id, 1, 3) = '006' then what_id end as opportunity_id,
        owner_id,
        activity_status,
        case when substr(what_id, 1, 3) = '701' then what_id end as campaign_id,
        cast(null as string) as channel,
        cast(null as string) as rescheduled_from_id,
        cast(null as string) as email,
        is_connected,
        scheduled_at,
        case when activity_status in ('done', 'held') then happened_at end as occurred_at,
        created_date as created_at
    from activities
)

select * from renamed
