with visible_people as (select * from {{ ref('int_visible_people') }}),

journeys as (
    select * from {{ ref('int_journeys') }}
    where person_key is not null
),

funnel_stages as (select * from {{ ref('funnel_stages') }}),

won_opportunities as (
    select * from {{ ref('int_opportunities') }}
    where is_won
),

sales as (
    select * from {{ ref('int_revenue_lines') }}
    where line_type = 'sale'
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

stage_times as (
    select
        journeys.person_key,
        funnel_stages.journey_stage,
        case funnel_stages.stage
            when 'lead' then journeys.lead_at
            when 'mql' then journeys.mql_at
            when 'sal' then journeys.sal_at
            when 'sql' then journeys.sql_at
            when 'opportunity' then journeys.opportunity_at
            when 'customer' then journeys.customer_at
        end as entered_at
    from journeys
    cross join funnel_stages
    where funnel_stages.journey_stage in ('consideration', 'decision', 'customer')
    union all
    select
        person_identifiers.person_key,
        'customer' as journey_stage,
        sales.revenue_at as entered_at
    from sales
    inner join person_identifiers on sales.person_id = person_identifiers.identifier
    where sales.account_id is null
),

own_stages as (
    select
        person_key,
        min(case when journey_stage = 'consideration' then entered_at end) as consideration_at,
        min(case when journey_stage = 'decision' then entered_at end) as decision_at,
        min(case when journey_stage = 'customer' then entered_at end) as customer_at
    from stage_times
    group by person_key
),

account_sales as (
    select
        account_id,
        closed_at as bought_at
    from won_opportunities
    union all
    select
        account_id,
        revenue_at as bought_at
    from sales
),

account_customers as (
    select
        account_id,
        min(bought_at) as customer_at
    from account_sales
    where account_id is not null
    group by account_id
),

person_journey_stages as (
    select
        visible_people.person_key,
        own_stages.consideration_at,
        own_stages.decision_at,
        least(own_stages.customer_at, account_customers.customer_at) as customer_at
    from visible_people
    left join own_stages on visible_people.person_key = own_stages.person_key
    left join account_customers on visible_people.account_id = account_customers.account_id
)

select * from person_journey_stages
