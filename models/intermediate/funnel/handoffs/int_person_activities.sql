with sales_activities as (
    select * from {{ ref('sales_activities') }}
    where activity_status in ('held', 'done') and activity_type <> 'inbound_call'
),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

-- Calendar tools identify invitees by email address only. Activities without a time count at their
-- planned time, else at their creation.
person_activities as (
    select
        coalesce(crm.person_key, emails.person_key) as person_key,
        sales_activities.source_system,
        sales_activities.activity_id,
        sales_activities.activity_type,
        sales_activities.owner_id,
        sales_activities.activity_type = 'meeting'
        or coalesce(sales_activities.is_connected, false) as is_connected,
        coalesce(
            sales_activities.occurred_at,
            sales_activities.scheduled_at,
            sales_activities.created_at
        ) as occurred_at
    from sales_activities
    left join person_identifiers as crm
        on crm.identifier_type = 'crm' and sales_activities.person_id = crm.identifier
    left join person_identifiers as emails
        on
            emails.identifier_type = 'email'
            and {{ normalised_email('sales_activities.email') }} = emails.identifier
)

select
    person_key,
    source_system,
    activity_id,
    activity_type,
    owner_id,
    is_connected,
    occurred_at
from person_activities
where person_key is not null and occurred_at is not null
