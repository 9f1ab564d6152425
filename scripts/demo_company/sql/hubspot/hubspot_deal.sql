create macro hubspot_category(category) as
case category
    when 'Pipeline' then 'PIPELINE'
    when 'Best Case' then 'BEST_CASE'
    when 'BestCase' then 'BEST_CASE'
    when 'Commit' then 'COMMIT'
    when 'Forecast' then 'COMMIT'
    when 'Closed' then 'CLOSED'
    when 'Omitted' then 'OMIT'
end;

create table hubspot.deal as
select
    opportunity.id as deal_id,
    'default' as deal_pipeline_id,
    deal_pipeline_stage.stage_id as deal_pipeline_stage_id,
    owner_id,
    name as property_dealname,
    case type
        when 'New Business' then 'newbusiness'
        when 'Renewal' then 'renewal'
        else 'existingbusiness'
    end as property_dealtype,
    product_line_c as property_product_line,
    currency_iso_code as property_deal_currency_code,
    hubspot_category(forecast_category_name) as property_hs_manual_forecast_category,
    loss_reason_c as property_closed_lost_reason,
    competitor_c as property_competitor,
    null::varchar as property_hs_primary_associated_company,
    amount as property_amount,
    opportunity.is_closed as property_hs_is_closed,
    is_won as property_hs_is_closed_won,
    close_date + interval 15 hour as property_closedate,
    created_date as property_createdate,
    is_deleted,
    opportunity._fivetran_synced
from salesforce.opportunity as opportunity
inner join hubspot.deal_pipeline_stage on opportunity.stage_name = deal_pipeline_stage.label;

-- A partner's company beside the customer's own: only the type says which one is primary.
create table hubspot.deal_company as
select
    id as deal_id,
    account_id as company_id,
    '5' as type_id
from salesforce.opportunity
where account_id is not null
union all
select
    id,
    (select min(account.id) from salesforce.account as account),
    '341'
from salesforce.opportunity
where u(id, 'partner') < 0.1;

-- 71 is a label of the company's own: its primary contact.
create table hubspot.deal_contact as
with roles as (
    select
        opportunity_id,
        contact_ids.contact_id,
        is_primary
    from salesforce.opportunity_contact_role as contact_role
    inner join contact_ids on contact_role.contact_id = contact_ids.record_id
)

select
    opportunity_id as deal_id,
    contact_id,
    '3' as type_id,
    synced() as _fivetran_synced
from roles
union all
select
    opportunity_id,
    contact_id,
    '71',
    synced()
from roles
where is_primary;

create table hubspot.merged_deal as
select
    null::varchar as merged_deal_id,
    null::varchar as deal_id,
    synced() as _fivetran_synced
where false
