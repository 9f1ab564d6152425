-- Opportunities of the last weeks that were entered twice: the second record was deleted.
create table deleted_opportunities as
select
    id as original_id,
    '0069' || id[5:] as opportunity_id
from salesforce.opportunity
where u(id, 'entered twice') < 0.25 and created_date >= timestamp '2025-12-01';

insert into salesforce.opportunity_history
select
    history.* replace (
        '0089' || upper(code(deleted.opportunity_id, 'history'))[:11] as id,
        deleted.opportunity_id as opportunity_id
    )
from salesforce.opportunity_history as history
inner join deleted_opportunities as deleted on history.opportunity_id = deleted.original_id
qualify row_number() over (partition by history.opportunity_id order by history.created_date) = 1;

insert into salesforce.opportunity
select
    opportunity.* replace (
        deleted.opportunity_id as id,
        history.stage_name as stage_name,
        history.amount as amount,
        history.probability as probability,
        history.forecast_category as forecast_category_name,
        history.close_date as close_date,
        null as loss_reason_c,
        false as is_closed,
        false as is_won,
        true as is_deleted
    )
from salesforce.opportunity as opportunity
inner join deleted_opportunities as deleted on opportunity.id = deleted.original_id
inner join salesforce.opportunity_history as history
    on deleted.opportunity_id = history.opportunity_id
