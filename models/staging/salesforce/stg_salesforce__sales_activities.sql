{{ config(enabled='salesforce' in var('crm_sources')) }}

with tasks as (
    select * from {{ ref('base_salesforce__tasks') }}
),

calendar_events as (
    select * from {{ ref('base_salesforce__events') }}
),

activities as (
    select * from tasks
    union all
    select * from calendar_events
),

renamed as (
    select
        'salesforce' as source_system,
        id as activity_id,
        activity_type,
        who_id as person_id,
        -- The first three characters of an id tell its object: 001 an account, 006 an opportunity.
        case when substr(what_id, 1, 3) = '001' then what_id else account_id end as account_id,
        case when substr(what_id, 1, 3) = '006' then what_id end as opportunity_id,
        owner_id,
        activity_status,
        cast(null as string) as rescheduled_from_id,
        cast(null as string) as email,
        is_connected,
        scheduled_at,
        case when activity_status in ('done', 'held') then happened_at end as occurred_at,
        created_date as created_at
    from activities
)

select * from renamed
