-- An opportunity that is synchronised between two CRMs has an id in each. Equal account, amount and
-- close date are a sign. docs/own_data.md says how to take opportunities from one CRM only.
{{ config(severity='warn', enabled=var('crm_sources') | length > 1) }}

with opportunities as (
    select
        *,
        split_part(opportunity_id, ':', 1) as crm
    from {{ ref('int_opportunities') }}
    where source_amount > 0 and not is_deleted
)

select
    opportunities.opportunity_id,
    twins.opportunity_id as other_opportunity_id,
    opportunities.opportunity_id || ' and ' || twins.opportunity_id
    || ' have the same account, amount and close date: if they are one opportunity, take'
    || ' opportunities from one CRM only (docs/own_data.md, Two CRMs)' as finding
from opportunities
inner join opportunities as twins
    on
        opportunities.account_id = twins.account_id
        and opportunities.source_amount = twins.source_amount
        and opportunities.currency = twins.currency
        and opportunities.close_date = twins.close_date
        and opportunities.crm < twins.crm
order by opportunities.opportunity_id asc, twins.opportunity_id asc
