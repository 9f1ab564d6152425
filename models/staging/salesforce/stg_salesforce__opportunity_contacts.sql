{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_roles as (
    select * from {{ raw('salesforce', 'opportunity_contact_role') }}
),

renamed as (
    select
        'salesforce' as source_system,
        opportunity_id,
        contact_id as person_id,
        role as contact_role,
        coalesce(is_primary, false) as is_primary,
        created_date as created_at
    from raw_roles
    where coalesce(is_deleted, false) = false
    -- A contact that was added twice in one role counts once, as primary if either row is.
    qualify row_number() over (
        partition by opportunity_id, contact_id, role
        order by
            coalesce(is_primary, false) desc nulls last,
            created_date asc nulls last,
            id asc nulls last
    ) = 1
)

select * from renamed
