{{ config(enabled='marketo' in var('marketing_sources')) }}

with raw_changes as (
    select * from {{ raw('marketo', 'activity_change_data_value', with_later=true) }}
),

leads as (select * from {{ ref('base_marketo__leads') }}),

-- Marketo's name of the field, in its old and its new user interface. People of the CRM have its
-- history.
status_changes as (
    select * from raw_changes
    where
        lower(primary_attribute_value) in ('lead status', 'person status')
        and trim(new_value) <> ''
        and lead_id not in (select lead_id from leads where is_in_crm)
),

renamed as (
    select
        'marketo' as source_system,
        'marketo:' || lead_id as person_id,
        new_value as status,
        nullif(old_value, '') as previous_status,
        modifying_user as changed_by,
        reason,
        activity_date as changed_at
    from status_changes
)

select * from renamed
