with person_journeys as (
    select * from {{ ref('int_person_journeys') }}
),

person_visits as (
    select * from {{ ref('int_person_visits') }}
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
        person_visits.first_touch_channel,
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
    left join person_visits on person_journeys.person_key = person_visits.person_key
    left join person_deals
        on
            person_journeys.person_key = person_deals.person_key
            and person_journeys.opportunity_id = person_deals.opportunity_id
),

all_journeys as (
    select * from of_people
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
