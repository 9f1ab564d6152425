with conversions as (
    select
        conversion_id,
        conversion_type,
        account_id,
        converted_at
    from {{ ref('int_conversions') }}
    where converted_at is not null
),

conversion_people as (select * from {{ ref('int_conversion_people') }}),

people as (
    select
        person_key,
        account_id
    from {{ ref('int_people') }}
),

-- An opportunity is a conversion of its account and of the accounts of its people.
converted_units as (
    select
        conversions.conversion_type,
        conversion_people.path_visitor_key as unit_key,
        conversions.converted_at
    from conversions
    inner join conversion_people on conversions.conversion_id = conversion_people.conversion_id
    where conversions.conversion_type in ('lead', 'mql', 'order')
    union all
    select
        conversions.conversion_type,
        coalesce(people.account_id, conversion_people.path_visitor_key) as unit_key,
        conversions.converted_at
    from conversions
    inner join conversion_people on conversions.conversion_id = conversion_people.conversion_id
    left join people on conversion_people.path_visitor_key = people.person_key
    where conversions.conversion_type in ('opportunity', 'won')
    union all
    select
        conversion_type,
        account_id as unit_key,
        converted_at
    from conversions
    where conversion_type in ('opportunity', 'won') and account_id is not null
),

last_conversions as (
    select
        conversion_type,
        unit_key,
        max(converted_at) as last_converted_at
    from converted_units
    group by conversion_type, unit_key
)

select * from last_conversions
