create table salesforce.opportunity as
with latest as (
    select
        opportunity_id,
        max_by(deal_changes, (changed_at, stage_number)) as newest
    from deal_changes
    group by opportunity_id
),

-- Which competitor is met depends on the size of the company.
contested as (
    select
        all_deals.*,
        companies.company_name,
        companies.segment,
        case
            when
                type = 'New Business'
                and u(opportunity_id, 'competitor') < case when is_won then 0.35 else 0.6 end
                then pick(
                    case segment
                        when 'smb' then ['Insightly', 'Insightly', 'Insightly', 'FlowWorks']
                        when 'mid' then ['Insightly', 'FlowWorks', 'FlowWorks', 'DataForge']
                        else ['DataForge', 'DataForge', 'DataForge', 'FlowWorks']
                    end, u(opportunity_id, 'which')
                )
        end as competitor
    from all_deals
    inner join companies using (company)
),

-- Insightly is cheaper, DataForge can do more, FlowWorks sells better.
reasoned as (
    select
        *,
        case
            when is_closed and not is_won then pick(
                case
                    when competitor = 'Insightly'
                        then ['Price', 'Price', 'Price', 'Lost to Competitor', 'No Budget']
                    when competitor = 'DataForge'
                        then [
                            'Missing Feature', 'Missing Feature', 'Missing Feature',
                            'Lost to Competitor', 'No Decision'
                        ]
                    when competitor = 'FlowWorks'
                        then [
                            'Lost to Competitor', 'Lost to Competitor', 'Lost to Competitor',
                            'Price', 'Missing Feature'
                        ]
                    when segment = 'smb'
                        then ['No Budget', 'No Budget', 'No Budget', 'Price', 'No Decision']
                    when segment = 'mid'
                        then ['No Decision', 'No Decision', 'No Budget', 'Missing Feature', 'Price']
                    else
                        [
                            'No Decision',
                            'No Decision',
                            'No Decision',
                            'Missing Feature',
                            'Bad Timing'
                        ]
                end, u(opportunity_id, 'reason')
            )
        end as loss_reason_c
    from contested
)

select
    opportunity_id as id,
    '001' || lpad(company::varchar, 9, '0') as account_id,
    company_name || ' - ' || product_line as name,
    type,
    newest.stage_name,
    newest.amount::decimal(18, 2) as amount,
    currency as currency_iso_code,
    newest.probability::decimal(18, 2) as probability,
    owner_id,
    campaigns.campaign_id,
    newest.category_name as forecast_category_name,
    loss_reason_c,
    competitor as competitor_c,
    product_line as product_line_c,
    is_closed,
    is_closed and is_won as is_won,
    newest.close_date,
    opportunity_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from reasoned
inner join latest using (opportunity_id)
left join (
    select
        opportunity_id,
        max_by(campaign_id, (touched_at, touch)) as campaign_id
    from crm_deals
    inner join campaign_touches using (company)
    where touched_at < opportunity_at
    group by opportunity_id
) as campaigns using (opportunity_id)
