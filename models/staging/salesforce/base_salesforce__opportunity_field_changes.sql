{{ config(enabled='salesforce' in var('crm_sources')) }}

-- OpportunityHistory has every change of these four fields, with all values after it. Field history
-- is used only for opportunities without rows there (the loader does not deliver the table): its
-- changes of single fields become rows of the same shape. A field that never changed has its
-- current value.
with raw_opportunities as (
    select * from {{ raw('salesforce', 'opportunity') }}
),

history as (select * from {{ ref('base_salesforce__opportunity_history') }}),

raw_field_history as (
    select * from {{ raw('salesforce', 'opportunity_field_history', with_later=true) }}
),

opportunities as (
    select * from raw_opportunities
    where id not in (select history.opportunity_id from history)
),

field_changes as (
    select raw_field_history.*
    from raw_field_history
    inner join opportunities on raw_field_history.opportunity_id = opportunities.id
    where
        raw_field_history.field in ('StageName', 'Amount', 'CloseDate', 'ForecastCategoryName')
        and (
            coalesce(raw_field_history.is_deleted, false) = false
            or coalesce(opportunities.is_deleted, false)
        )
),

-- Each value of a field with the time it was held. Before its first change, a field held the value
-- that the change replaced.
held_values as (
    select
        opportunity_id,
        field,
        new_value as held_value,
        created_date as held_from,
        lead(created_date) over (
            partition by opportunity_id, field
            order by created_date asc nulls last, id asc nulls last
        ) as held_until
    from field_changes
    union all
    select
        opportunity_id,
        field,
        old_value as held_value,
        cast(null as timestamp) as held_from,
        created_date as held_until
    from field_changes
    qualify row_number() over (
        partition by opportunity_id, field order by created_date asc nulls last, id asc nulls last
    ) = 1
),

instants as (
    select
        opportunity_id,
        created_date as changed_at
    from field_changes
    union distinct
    select
        opportunities.id as opportunity_id,
        opportunities.created_date as changed_at
    from opportunities
    where
        opportunities.created_date is not null
        and opportunities.id in (select field_changes.opportunity_id from field_changes)
),

values_at_instants as (
    select
        instants.opportunity_id,
        instants.changed_at,
        max(case when held.field = 'StageName' then 1 end) as had_stage,
        max(case when held.field = 'Amount' then 1 end) as had_amount,
        max(case when held.field = 'CloseDate' then 1 end) as had_close_date,
        max(case when held.field = 'ForecastCategoryName' then 1 end) as had_forecast_category,
        max(case when held.field = 'StageName' then held.held_value end) as stage,
        max(case when held.field = 'Amount' then held.held_value end) as amount,
        max(case when held.field = 'CloseDate' then held.held_value end) as close_date,
        max(case when held.field = 'ForecastCategoryName' then held.held_value end)
            as forecast_category
    from instants
    inner join held_values as held
        on
            instants.opportunity_id = held.opportunity_id
            and (held.held_from is null or instants.changed_at >= held.held_from)
            and (held.held_until is null or instants.changed_at < held.held_until)
    group by instants.opportunity_id, instants.changed_at
),

rebuilt as (
    select
        at_instants.opportunity_id,
        case
            when at_instants.had_stage = 1 then at_instants.stage
            else opportunities.stage_name
        end as stage,
        case
            when at_instants.had_forecast_category = 1 then at_instants.forecast_category
            else opportunities.forecast_category_name
        end as forecast_category,
        case
            when at_instants.had_amount = 1 then try_cast(at_instants.amount as decimal(18, 2))
            else opportunities.amount
        end as amount,
        case
            when at_instants.had_close_date = 1 then {{ parse_date('at_instants.close_date') }}
            else opportunities.close_date
        end as close_date,
        at_instants.changed_at
    from values_at_instants as at_instants
    inner join opportunities on at_instants.opportunity_id = opportunities.id
)

select * from rebuilt
