{{ config(enabled='hubspot' in var('crm_sources')) }}

with deal_changes as (select * from {{ ref('base_hubspot__deal_changes') }}),

renamed as (
    select
        'hubspot' as source_system,
        deal_id as opportunity_id,
        stage,
        owner_id,
        case upper(trim(forecast_category))
            when 'OMIT' then 'Omitted'
            when 'PIPELINE' then 'Pipeline'
            when 'BEST_CASE' then 'Best Case'
            when 'COMMIT' then 'Commit'
            when 'CLOSED' then 'Closed'
            else forecast_category
        end as forecast_category,
        amount,
        {{ reporting_date('close_at') }} as close_date,
        changed_at
    from deal_changes
)

select * from renamed
