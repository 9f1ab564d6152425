{{ config(enabled='generic' in var('crm_sources')) }}

with raw_opportunity_changes as (
    select * from {{ raw('generic', 'opportunity_changes') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        opportunity_id,
        stage,
        forecast_category,
        amount,
        close_date,
        changed_at
    from raw_opportunity_changes
)

select * from renamed
