create table salesforce.opportunity as
with latest as (
    select
        opportunity_id,
        max_by(deal_changes, (changed_at, stage_number)) as newest
    from deal_changes
    group by opportunity_id
)

select
    opportunity_id as id,
    '001' || lpad(company::varchar, 9, '0') as account_id,
    company_name || ' - ' || all_deals.product_line as name,
    type,
    newest.stage_name,
    newest.amount::decimal(18, 2) as amount,
    all_deals.currency as currency_iso_code,
    newest.probability::decimal(18, 2) as probability,
    owner_id,
    campaigns.campaign_id,
    newest.category_name as forecast_category_name,
    case when is_closed and not is_won then pick([
        'Price', 'No Decision', 'Lost to Competitor',
        'Missing Feature', 'No Budget'
    ],
    u(opportunity_id, 'reason')) end as loss_reason_c,
    case when u(opportunity_id, 'competitor') < 0.45 then pick([
        'DataForge', 'Insightly',
        'FlowWorks'
    ], u(opportunity_id, 'which'
    )) end
        as competitor_c,
    all_deals.product_line as product_line_c,
    is_closed,
    is_closed and is_won as is_won,
    newest.close_date,
    opportunity_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from all_deals
inner join latest using (opportunity_id)
inner join companies using (company)
left join (
    select
        opportunity_id,
        max_by(campaign_id, (touched_at, touch)) as campaign_id
    from crm_deals
    inner join campaign_touches using (company)
    where touched_at < opportunity_at
    group by opportunity_id
) as campaigns using (opportunity_id)
