-- Exclude opportunities that were merged into another.
with opportunities as (
    select * from {{ ref('int_opportunities_as_of') }}
    where
        opportunity_id not in (
            select survivors.merged_id
            from {{ ref('int_record_survivors') }} as survivors
            where survivors.record_type = 'opportunity'
        )
),

outcomes as (select * from {{ ref('int_opportunity_outcomes') }}),

account_survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

as_of as (select * from {{ ref('as_of') }}),

accounts as (select * from {{ ref('int_accounts') }}),

owners as (select * from {{ ref('owners') }}),

-- An opportunity is converted once, at the rate of the day it was created, so that exchange rates
-- do not move the pipeline. Without any date it is converted at the rate of as_of.
priced as (
    select
        opportunities.opportunity_id,
        upper(trim(opportunities.currency)) as currency,
        least(
            coalesce({{ reporting_date('outcomes.created_at') }}, as_of.as_of_date),
            as_of.as_of_date
        ) as conversion_date
    from opportunities
    inner join outcomes on opportunities.opportunity_id = outcomes.opportunity_id
    cross join as_of
),

converted as (
    select
        opportunities.source_system,
        opportunities.opportunity_id,
        coalesce(account_survivors.survivor_id, opportunities.account_id) as account_id,
        opportunities.owner_id,
        opportunities.campaign_id,
        opportunities.opportunity_name,
        coalesce(opportunities.opportunity_type, 'new_business') as opportunity_type,
        opportunities.product_line,
        coalesce(opportunities.pipeline, '(none)') as pipeline,
        coalesce(accounts.segment, 'unknown') as segment,
        coalesce(owners.team, '(none)') as team,
        outcomes.stage,
        opportunities.stage as source_stage,
        opportunities.forecast_category,
        case when opportunities.is_deleted then 'deleted' else opportunities.lost_reason end
            as lost_reason,
        opportunities.competitor,
        coalesce(priced.currency, '{{ var("reporting_currency") }}') as currency,
        opportunities.amount as source_amount,
        {{ to_reporting_currency(
            'opportunities.amount', 'priced.currency', 'exchange_rates.rate', 'priced.conversion_date'
        ) }} as amount,
        outcomes.is_closed,
        outcomes.is_won,
        opportunities.is_deleted,
        opportunities.close_date,
        priced.conversion_date,
        outcomes.created_at,
        outcomes.closed_at
    from opportunities
    inner join outcomes on opportunities.opportunity_id = outcomes.opportunity_id
    inner join priced on opportunities.opportunity_id = priced.opportunity_id
    left join account_survivors on opportunities.account_id = account_survivors.merged_id
    left join accounts
        on coalesce(account_survivors.survivor_id, opportunities.account_id) = accounts.account_id
    left join owners on opportunities.owner_id = owners.owner_id
    left join exchange_rates
        on
            priced.currency = exchange_rates.currency
            and priced.conversion_date = exchange_rates.rate_date
)

select * from converted
