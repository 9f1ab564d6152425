with conversions as (select * from {{ ref('int_conversions') }}),

opportunity_people as (select * from {{ ref('int_opportunity_people') }}),

people as (
    select
        person_key,
        became_lead_at
    from {{ ref('int_people') }}
),

units as (
    select
        conversion_id,
        visitor_key as path_visitor_key,
        true as is_primary
    from conversions
    where visitor_key is not null
    union all
    -- This join fans out: everyone who takes part in an opportunity is on its path.
    select
        conversions.conversion_id,
        opportunity_people.person_key as path_visitor_key,
        opportunity_people.is_primary
    from conversions
    inner join opportunity_people on conversions.opportunity_id = opportunity_people.opportunity_id
),

conversion_people as (
    select
        units.conversion_id,
        units.path_visitor_key,
        units.is_primary,
        people.became_lead_at
    from units
    left outer join people on units.path_visitor_key = people.person_key
)

select * from conversion_people
