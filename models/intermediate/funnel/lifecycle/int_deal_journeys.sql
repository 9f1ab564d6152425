with opportunities as (
    select * from {{ ref('int_opportunities') }}
),

person_deals as (
    select * from {{ ref('int_person_deals') }}
),

deals_of_people as (
    select distinct opportunity_id
    from person_deals
),

-- A deal without people, or without a date that would give it a place among theirs, is a journey
-- by itself.
deal_journeys as (
    select
        cast(null as string) as visitor_key,
        cast(null as string) as person_key,
        opportunities.account_id,
        opportunities.opportunity_id,
        cast(null as string) as first_touch_channel,
        'opportunity' as last_stage,
        case when opportunities.is_closed and not opportunities.is_won then 'lost' end as exit_type,
        cast(null as bigint) as pass_number,
        1 as journey_number,
        false as is_after_customer,
        true as is_opportunity_primary,
        cast(null as timestamp) as visitor_at,
        cast(null as timestamp) as lead_at,
        cast(null as timestamp) as mql_at,
        cast(null as timestamp) as sal_at,
        cast(null as timestamp) as sql_at,
        opportunities.created_at as opportunity_at,
        case when opportunities.is_won then opportunities.closed_at end as customer_at,
        case
            when opportunities.is_closed and not opportunities.is_won then opportunities.closed_at
        end as exited_at
    from opportunities
    left join deals_of_people on opportunities.opportunity_id = deals_of_people.opportunity_id
    where deals_of_people.opportunity_id is null
)

select * from deal_journeys
