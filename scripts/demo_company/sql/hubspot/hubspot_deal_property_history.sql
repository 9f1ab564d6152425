create table hubspot.deal_property_history as
with states as (
    select
        opportunity_id,
        created_date,
        deal_pipeline_stage.stage_id,
        amount::varchar as amount,
        (close_date + interval 15 hour)::varchar as close_date,
        hubspot_category(forecast_category) as category
    from salesforce.opportunity_history
    inner join hubspot.deal_pipeline_stage
        on opportunity_history.stage_name = deal_pipeline_stage.label
    qualify row_number() over (
        partition by opportunity_id, created_date order by probability desc, id asc
    ) = 1
),

named as (
    select
        opportunity_id,
        created_date,
        unnest(['dealstage', 'amount', 'closedate', 'hs_manual_forecast_category']) as name,
        unnest([stage_id, amount, close_date, category]) as value
    from states
),

compared as (
    select
        *,
        lag(value) over (partition by opportunity_id, name order by created_date) as old_value
    from named
)

select
    opportunity_id as deal_id,
    name,
    value,
    created_date as timestamp,
    synced() as _fivetran_synced
from compared
where value is distinct from old_value;

-- HubSpot keeps the stages in a table of their own, too.
create table hubspot.deal_stage as
select
    deal_id,
    value,
    timestamp as date_entered,
    timestamp as _fivetran_start,
    _fivetran_synced
from hubspot.deal_property_history
where name = 'dealstage'
