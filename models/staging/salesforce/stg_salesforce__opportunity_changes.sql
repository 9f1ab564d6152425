{{ config(enabled='salesforce' in var('crm_sources')) }}

with opportunity_history as (select * from {{ ref('base_salesforce__opportunity_history') }}),

field_changes as (select * from {{ ref('base_salesforce__opportunity_field_changes') }}),

-- History also has rows that change the probability only. Drop those that differ in nothing else
-- from a row of the same second.
history as (
    select
        opportunity_id,
        stage_name as stage,
        -- API names, as the names on the opportunity.
        case forecast_category
            when 'BestCase' then 'Best Case'
            when 'MostLikely' then 'Most Likely'
            when 'Forecast' then 'Commit'
            else forecast_category
        end as forecast_category,
        amount,
        close_date,
        created_date as changed_at
    from opportunity_history
    qualify row_number() over (
        partition by opportunity_id, created_date, stage_name, amount, close_date
        order by id asc nulls last
    ) = 1
),

changes as (
    select * from history
    union all
    select * from field_changes
),

renamed as (
    select
        'salesforce' as source_system,
        opportunity_id,
        stage,
        cast(null as string) as owner_id,
        forecast_category,
        amount,
        close_date,
        changed_at
    from changes
)

select * from renamed
