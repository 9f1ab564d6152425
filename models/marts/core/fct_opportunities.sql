with opportunities as (select * from {{ ref('int_opportunities') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opportunity_people as (select * from {{ ref('int_opportunity_people') }}),

visible_people as (select * from {{ ref('int_visible_people') }}),

stages as (select * from {{ ref('int_opportunity_stages') }}),

buying_groups as (
    select
        opportunity_people.opportunity_id,
        min_by(opportunity_people.person_key, opportunity_people.person_rank) as primary_person_key,
        count(*) as people_count
    from opportunity_people
    inner join visible_people on opportunity_people.person_key = visible_people.person_key
    group by opportunity_people.opportunity_id
),

-- Calendar days from creation to the win; null if it was won before it was created.
timed as (
    select
        opportunity_id,
        {{ dbt.datediff(reporting_date('created_at'), reporting_date('closed_at'), 'day') }}
            as cycle_days
    from opportunities
    where is_won
),

final as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.campaign_id,
        buying_groups.primary_person_key,
        opportunities.opportunity_name,
        accounts.account_name,
        owners.owner_name,
        campaigns.campaign_name,
        opportunities.opportunity_type,
        opportunities.product_line,
        opportunities.pipeline,
        opportunities.segment,
        opportunities.stage,
        opportunities.source_stage,
        coalesce(opportunities.forecast_category, stages.forecast_category) as forecast_category,
        opportunities.lost_reason,
        opportunities.competitor,
        opportunities.currency,
        stages.stage_order,
        cast(coalesce(buying_groups.people_count, 0) as bigint) as people_count,
        cast(case when timed.cycle_days >= 0 then timed.cycle_days end as bigint)
            as sales_cycle_days,
        cast(opportunities.source_amount as decimal(18, 2)) as source_amount,
        cast(entries.amount as decimal(18, 2)) as created_amount,
        cast(opportunities.amount as decimal(18, 2)) as amount,
        cast(
            case when opportunities.is_won then coalesce(opportunities.amount, 0) else 0 end
            as decimal(18, 2)
        ) as won_amount,
        opportunities.is_closed,
        opportunities.is_won,
        opportunities.is_deleted,
        opportunities.close_date,
        {{ reporting_date('opportunities.created_at') }} as created_date,
        {{ reporting_date('opportunities.closed_at') }} as closed_date,
        opportunities.created_at,
        opportunities.closed_at
    from opportunities
    left join accounts on opportunities.account_id = accounts.account_id
    left join {{ ref('owners') }} as owners on opportunities.owner_id = owners.owner_id
    left join {{ ref('int_campaigns') }} as campaigns
        on opportunities.campaign_id = campaigns.campaign_id
    left join {{ ref('int_opportunity_entries') }} as entries
        on opportunities.opportunity_id = entries.opportunity_id
    left join buying_groups on opportunities.opportunity_id = buying_groups.opportunity_id
    left join timed on opportunities.opportunity_id = timed.opportunity_id
    left join stages
        on
            opportunities.source_system = stages.source_system
            and opportunities.pipeline = stages.pipeline
            and opportunities.source_stage = stages.source_stage
)

select * from final
