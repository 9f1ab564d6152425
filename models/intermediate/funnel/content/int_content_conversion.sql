with content_touches as (
    select * from {{ ref('int_content_touches') }}
    where person_key is not null
),

touchpoints as (
    select person_key from {{ ref('int_touchpoints') }}
    where person_key is not null
),

opportunity_people as (select * from {{ ref('int_opportunity_people') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

first_opportunities as (
    select
        opportunity_people.person_key,
        min(opportunities.created_at) as first_opportunity_at
    from opportunity_people
    inner join opportunities on opportunity_people.opportunity_id = opportunities.opportunity_id
    where opportunities.created_at is not null
    group by opportunity_people.person_key
),

-- All people with a touch. Content used after the first opportunity cannot have led to it.
people as (
    select
        touchpoints.person_key,
        max(case when first_opportunities.person_key is not null then 1 else 0 end) as is_converted
    from touchpoints
    left join first_opportunities on touchpoints.person_key = first_opportunities.person_key
    group by touchpoints.person_key
),

users as (
    select distinct
        content_touches.content_id,
        content_touches.journey_stage,
        content_touches.person_key
    from content_touches
    left join first_opportunities on content_touches.person_key = first_opportunities.person_key
    where
        first_opportunities.first_opportunity_at is null
        or content_touches.touched_at <= first_opportunities.first_opportunity_at
),

totals as (
    select
        count(*) as people_count,
        sum(is_converted) as converted_count
    from people
),

used as (
    select
        users.content_id,
        users.journey_stage,
        count(*) as people_count,
        sum(people.is_converted) as converted_count
    from users
    inner join people on users.person_key = people.person_key
    group by users.content_id, users.journey_stage
),

conversion as (
    select
        used.content_id,
        used.journey_stage,
        cast(used.converted_count as double) / used.people_count as conversion_rate,
        cast(totals.converted_count - used.converted_count as double)
        / nullif(totals.people_count - used.people_count, 0) as conversion_rate_without
    from used
    cross join totals
)

select * from conversion
