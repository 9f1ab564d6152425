{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_history as (
    select * from {{ raw('hubspot', 'contact_property_history', with_later=true) }}
),

lifecycle_dates as (select * from {{ ref('base_hubspot__lifecycle_dates') }}),

-- A reason saved together with a lead status is a row of its own.
explained as (
    select
        *,
        max(case when name = 'lead_status_reason' then value end) over (
            partition by contact_id, timestamp
        ) as saved_reason
    from raw_history
    where
        name in ('lifecyclestage', 'hs_lead_status', 'hubspot_owner_id', 'lead_status_reason')
),

-- A lifecycle stage has to be emptied before it can go back: the empty value is no status.
changes as (
    select
        contact_id,
        case when name <> 'hubspot_owner_id' then value end as status,
        case when name = 'hubspot_owner_id' then value end as owner_id,
        coalesce(source_id, source) as changed_by,
        case when name = 'hs_lead_status' then saved_reason end as reason,
        timestamp as changed_at
    from explained
    where name <> 'lead_status_reason' and trim(value) <> ''
    union all
    select
        contact_id,
        lifecycle_stage as status,
        cast(null as string) as owner_id,
        cast(null as string) as changed_by,
        cast(null as string) as reason,
        changed_at
    from lifecycle_dates
),

renamed as (
    select
        'hubspot' as source_system,
        contact_id as person_id,
        status,
        owner_id,
        changed_by,
        reason,
        changed_at
    from changes
)

select * from renamed
