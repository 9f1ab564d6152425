with person_journeys as (
    select * from {{ ref('int_person_journeys') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

visible_people as (
    select * from {{ ref('int_visible_people') }}
),

person_deals as (
    select * from {{ ref('int_person_deals') }}
),

of_people as (
    select
        person_journeys.person_key as visitor_key,
        person_journeys.person_key,
        visible_people.account_id,
        person_journeys.opportunity_id,
        visitors.first_touch_channel,
        person_journeys.last_stage,
        person_journeys.exit_type,
        person_journeys.pass_number,
        person_journeys.journey_number,
        person_journeys.is_after_customer,
        coalesce(person_deals.is_primary, false) as is_opportunity_primary,
        person_journeys.visitor_at,
        person_journeys.lead_at,
        person_journeys.mql_at,
        person_journeys.sal_at,
        person_journeys.sql_at,
        person_journeys.opportunity_at,
        person_journeys.customer_at,
        person_journeys.exited_at
    from person_journeys
    inner join visible_people on person_journeys.person_key = visible_people.person_key
    left join visitors on person_journeys.person_key = visitors.visitor_key
    left join person_deals
        on
            person_journeys.person_key = person_deals.person_key
            and person_journeys.opportunity_id = person_deals.opportunity_id
),

of_anonymous_visitors as (
    select
        visitor_key,
        cast(null as string) as person_key,
        account_id,
        cast(null as string) as opportunity_id,
        first_touch_channel,
        'visitor' as last_stage,
        cast(null as string) as exit_type,
        cast(null as bigint) as pass_number,
        1 as journey_number,
        false as is_after_customer,
        false as is_opportunity_primary,
        visitor_at,
        cast(null as timestamp) as lead_at,
        cast(null as timestamp) as mql_at,
        cast(null as timestamp) as sal_at,
        cast(null as timestamp) as sql_at,
        cast(null as timestamp) as opportunity_at,
        cast(null as timestamp) as customer_at,
        cast(null as timestamp) as exited_at
    from visitors
    where person_key is null
),

all_journeys as (
    select * from of_people
    union all
    select * from of_anonymous_visitors
    union all
    select * from {{ ref('int_deal_journeys') }}
),

journeys as (
    select
        {{ dbt.hash(
            "coalesce(visitor_key, 'deal:' || opportunity_id) || ':' || cast(journey_number as string)"
        ) }} as journey_id,
        *
    from all_journeys
)

select * from journeys
