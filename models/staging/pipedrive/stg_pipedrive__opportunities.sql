{{ config(enabled='pipedrive' in var('crm_sources')) }}

with raw_deals as (
    select * from {{ raw('pipedrive', 'deals', with_later=true) }}
),

typed as (
    select
        *,
        lower(status) as deal_status
    from raw_deals
),

renamed as (
    select
        'pipedrive' as source_system,
        id as opportunity_id,
        org_id as account_id,
        title as opportunity_name,
        pipeline_id as pipeline,
        stage_id as stage,
        upper(currency) as currency,
        user_id as owner_id,
        lost_reason,
        value as amount,
        deal_status in ('won', 'lost') as is_closed,
        deal_status = 'won' as is_won,
        coalesce(deal_status = 'deleted', false) as is_deleted,
        coalesce(cast(close_time as date), expected_close_date) as close_date,
        add_time as created_at,
        -- A deletion is the last change of a deal. A deal that was reopened keeps no time of closing.
        case
            when deal_status in ('won', 'lost') then close_time
            when deal_status = 'deleted' then update_time
        end as closed_at
    from typed
)

select * from renamed
