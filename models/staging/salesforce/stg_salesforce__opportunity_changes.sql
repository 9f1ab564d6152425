{{ config(enabled='salesforce' in var('crm_sources')) }}

with opportunity_history as (
    select * from {{ ref('base_salesforce__opportunity_history') }}
),

field_changes as (
    select * from {{ ref('base_salesforce__opportunity_field_changes') }}
),

-- History also has a row for every change of the probability: one that says nothing else in its
-- second is no change here.
history as (
    select
        opportunity_id,
        stage_name as stage,
        -- Names of the programming interface, as the opportunity itself shows them.
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
