{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_lead_history as (
    select * from {{ raw('salesforce', 'lead_history', with_later=true) }}
),

-- A change of owner is written twice, with ids and with names. Keep the row with ids (005 is a
-- user, 00G a queue).
relevant as (
    select * from raw_lead_history
    where
        coalesce(is_deleted, false) = false
        and (
            field in ('Status', 'Status_Reason__c')
            or (field = 'Owner' and substr(new_value, 1, 3) in ('005', '00G'))
        )
),

-- A reason saved together with a status is a row of its own.
explained as (
    select
        *,
        max(case when field = 'Status_Reason__c' then new_value end) over (
            partition by lead_id, created_date
        ) as saved_reason
    from relevant
),

renamed as (
    select
        'salesforce' as source_system,
        lead_id as person_id,
        case when field = 'Status' then new_value end as status,
        case when field = 'Owner' then new_value end as owner_id,
        case when field = 'Status' then old_value end as previous_status,
        case when field = 'Owner' then old_value end as previous_owner_id,
        created_by_id as changed_by,
        case when field = 'Status' then saved_reason end as reason,
        created_date as changed_at
    from explained
    where field <> 'Status_Reason__c'
    -- Automations may save a change twice in one second.
    qualify row_number() over (
        partition by lead_id, created_date, field, new_value order by id asc nulls last
    ) = 1
)

select * from renamed
