{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_members as (
    select * from {{ raw('salesforce', 'campaign_member') }}
),

living as (
    select
        *,
        coalesce(has_responded, first_responded_date is not null) as is_responded
    from raw_members
    where coalesce(is_deleted, false) = false
),

renamed as (
    select
        'salesforce' as source_system,
        id as response_id,
        campaign_id,
        -- Once a lead is converted, its membership has both ids.
        coalesce(contact_id, lead_id) as person_id,
        status as response_status,
        is_responded,
        case when is_responded then coalesce(first_responded_date, created_date) end as responded_at
    from living
)

select * from renamed
