{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_campaigns as (
    select * from {{ raw('salesforce', 'campaign') }}
),

renamed as (
    select
        'salesforce' as source_system,
        id as campaign_id,
        name as campaign_name,
        type as campaign_type,
        channel_c as channel,
        lifecycle_motion_c as lifecycle_motion,
        lower(trim(launched_by_c)) as launched_by,
        upper(coalesce(currency_iso_code, '{{ var("reporting_currency") }}')) as currency,
        budgeted_cost as budget,
        actual_cost,
        start_date,
        end_date
    from raw_campaigns
    where coalesce(is_deleted, false) = false
)

select * from renamed
