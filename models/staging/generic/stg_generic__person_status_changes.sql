{{ config(enabled='generic' in var('crm_sources')) }}

with raw_person_status_changes as (
    select * from {{ raw('generic', 'person_status_changes', with_later=true) }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        person_id,
        status,
        owner_id,
        cast(null as string) as previous_status,
        cast(null as string) as previous_owner_id,
        changed_by,
        reason,
        changed_at
    from raw_person_status_changes
)

select * from renamed
