{{ config(enabled='generic' in var('crm_sources')) }}

with raw_opportunities as (
    select * from {{ raw('generic', 'opportunities', with_later=true) }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        opportunity_id,
        account_id,
        opportunity_name,
        opportunity_type,
        product_line,
        stage,
        currency,
        owner_id,
        campaign_id,
        forecast_category,
        lost_reason,
        competitor,
        amount,
        is_closed,
        is_won,
        coalesce(is_deleted, false) as is_deleted,
        close_date,
        created_at,
        closed_at
    from raw_opportunities
)

select * from renamed
