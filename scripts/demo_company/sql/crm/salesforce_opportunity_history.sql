create table salesforce.opportunity_history as
select
    '008' || upper(code(opportunity_id || stage_number, 'stage'))[:12] as id,
    opportunity_id,
    changed_at as created_date,
    stage_name,
    amount::decimal(18, 2) as amount,
    close_date,
    category as forecast_category,
    probability::decimal(18, 2) as probability,
    all_deals.owner_id as created_by_id,
    false as is_deleted,
    synced() as _fivetran_synced
from deal_changes
inner join (select
    opportunity_id,
    owner_id
from all_deals) as all_deals using (opportunity_id)
