{{ config(enabled='hubspot' in var('crm_sources')) }}

with deals as (select * from {{ ref('base_hubspot__deals') }}),

typed as (
    select
        *,
        lower(property_dealtype) as crm_type
    from deals
),

renamed as (
    select
        'hubspot' as source_system,
        deal_id as opportunity_id,
        company_id as account_id,
        property_dealname as opportunity_name,
        -- HubSpot's own list is newbusiness and existingbusiness; companies add to it. The order
        -- matters: "renewal" contains "new". Other types are null.
        case
            when crm_type like '%renew%' then 'renewal'
            when {{ matches('crm_type', "'existing|expan|up-?sell|cross-?sell|upgrade|add-?on'") }}
                then 'expansion'
            when crm_type like '%new%' then 'new_business'
        end as opportunity_type,
        property_product_line as product_line,
        pipeline,
        stage,
        -- Companies with one currency have no such property.
        upper(coalesce(property_deal_currency_code, '{{ var("reporting_currency") }}')) as currency,
        owner_id,
        case upper(trim(property_hs_manual_forecast_category))
            when 'OMIT' then 'Omitted'
            when 'PIPELINE' then 'Pipeline'
            when 'BEST_CASE' then 'Best Case'
            when 'COMMIT' then 'Commit'
            when 'CLOSED' then 'Closed'
            else property_hs_manual_forecast_category
        end as forecast_category,
        property_closed_lost_reason as lost_reason,
        property_competitor as competitor,
        property_amount as amount,
        is_closed,
        is_won,
        coalesce(is_deleted, false) as is_deleted,
        {{ reporting_date('property_closedate') }} as close_date,
        property_createdate as created_at,
        -- Users edit the close date of closed deals too: the time of closing is derived from the
        -- change into a closed stage. A deletion is the last change that a loader delivers.
        case when is_deleted then _fivetran_synced end as closed_at
    from typed
)

select * from renamed
