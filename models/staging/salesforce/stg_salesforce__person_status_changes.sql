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
        and (field = 'Status' or (field = 'Owner' and substr(new_value, 1, 3) in ('005', '00G')))
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
        cast(null as string) as reason,
        created_date as changed_at
    from relevant
    -- Automations may save a change twice in one second.
    qualify row_number() over (
        partition by lead_id, created_date, field, new_value order by id asc nulls last
    ) = 1
)

select * from renamed
