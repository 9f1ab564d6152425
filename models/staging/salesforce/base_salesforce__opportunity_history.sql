{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_opportunities as (
    select * from {{ raw('salesforce', 'opportunity') }}
),

raw_history as (
    select * from {{ raw('salesforce', 'opportunity_history', with_later=true) }}
),

deleted_opportunities as (
    select id as opportunity_id from raw_opportunities
    where is_deleted
),

-- The history of a deleted opportunity is deleted with it, but still says what happened.
history as (
    select *
    from raw_history
    where
        coalesce(is_deleted, false) = false
        or opportunity_id in (
            select deleted_opportunities.opportunity_id from deleted_opportunities
        )
)

select * from history
