with sales_activities as (select * from {{ ref('sales_activities') }}),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

-- Only meetings that took place, calls that were answered and calls received are touches.
completed as (
    select
        *,
        case
            when activity_type = 'meeting' and activity_status in ('held', 'done')
                then 'meeting_held'
            when activity_type = 'call' and is_connected then 'call_connected'
            when
                activity_type = 'inbound_call'
                and coalesce(activity_status, 'done') not in ('booked', 'cancelled')
                then 'inbound_call'
        end as touch_type
    from sales_activities
),

sales_touches as (
    select
        completed.source_system,
        completed.activity_id,
        completed.touch_type,
        coalesce(crm.person_key, emails.person_key) as person_key,
        completed.account_id,
        completed.campaign_id,
        completed.channel,
        coalesce(completed.occurred_at, completed.scheduled_at, completed.created_at) as touched_at
    from completed
    left join person_identifiers as crm
        on crm.identifier_type = 'crm' and completed.person_id = crm.identifier
    left join person_identifiers as emails
        on
            emails.identifier_type = 'email'
            and {{ normalised_email('completed.email') }} = emails.identifier
    where completed.touch_type is not null
)

select * from sales_touches
where person_key is not null and touched_at is not null
