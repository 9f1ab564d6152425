{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_deals as (
    select * from {{ raw('hubspot', 'deal', with_later=true) }}
),

raw_deal_companies as (
    select * from {{ raw('hubspot', 'deal_company') }}
),

raw_pipelines as (
    select * from {{ raw('hubspot', 'deal_pipeline') }}
),

raw_stages as (
    select * from {{ raw('hubspot', 'deal_pipeline_stage') }}
),

-- A deal may have several companies. HubSpot's type of the association with the primary one is 5,
-- seen from the company 6.
primary_companies as (
    select
        deal_id,
        company_id
    from raw_deal_companies
    qualify row_number() over (
        partition by deal_id
        order by
            case when type_id in ('5', '6') then 1 else 2 end asc nulls last,
            company_id asc nulls last
    ) = 1
),

-- Deals and their history have ids of stages, whose labels may change.
deals as (
    select
        raw_deals.*,
        coalesce(raw_deals.property_hs_primary_associated_company, primary_companies.company_id)
            as company_id,
        coalesce(raw_pipelines.label, raw_deals.deal_pipeline_id) as pipeline,
        coalesce(raw_stages.label, raw_deals.deal_pipeline_stage_id) as stage,
        coalesce(raw_deals.property_hs_is_closed, raw_stages.is_closed) as is_closed,
        coalesce(raw_deals.property_hs_is_closed_won, raw_stages.closed_won) as is_won
    from raw_deals
    left join primary_companies on raw_deals.deal_id = primary_companies.deal_id
    left join raw_pipelines on raw_deals.deal_pipeline_id = raw_pipelines.pipeline_id
    left join raw_stages on raw_deals.deal_pipeline_stage_id = raw_stages.stage_id
)

select * from deals
