{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_opportunities as (
    select * from {{ raw('salesforce', 'opportunity', with_later=true) }}
),

typed as (
    select
        *,
        lower(type) as crm_type
    from raw_opportunities
),

renamed as (
    select
        'salesforce' as source_system,
        id as opportunity_id,
        account_id,
        name as opportunity_name,
        -- Salesforce's own list is New Business, New Customer, Existing Business and Existing
        -- Customer - Upgrade; companies add to it. The order matters: "renewal" contains "new".
        -- Other types are null.
        case
            when crm_type like '%renew%' then 'renewal'
            when {{ matches('crm_type', "'existing|expan|up-?sell|cross-?sell|upgrade|add-?on'") }}
                then 'expansion'
            when crm_type like '%new%' then 'new_business'
        end as opportunity_type,
        product_line_c as product_line,
        cast(null as string) as pipeline,
        stage_name as stage,
        -- Companies with one currency have no such column.
        upper(coalesce(currency_iso_code, '{{ var("reporting_currency") }}')) as currency,
        owner_id,
        campaign_id,
        forecast_category_name as forecast_category,
        loss_reason_c as lost_reason,
        competitor_c as competitor,
        amount,
        is_closed,
        is_won,
        coalesce(is_deleted, false) as is_deleted,
        close_date,
        created_date as created_at,
        -- Salesforce keeps no time of closing: it is derived from the change into a closed stage.
        -- A deletion is the last change of a record that a loader delivers.
        case when is_deleted then _fivetran_synced end as closed_at
    from typed
)

select * from renamed
