{{ config(enabled='generic' in var('crm_sources')) }}

with raw_opportunity_changes as (
    select * from {{ raw('generic', 'opportunity_changes', with_later=true) }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        opportunity_id,
        stage,
        owner_id,
        forecast_category,
        amount,
        close_date,
        changed_at
    from raw_opportunity_changes
)

select * from renamed
