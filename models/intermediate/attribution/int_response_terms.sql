with units as (select * from {{ ref('int_response_units') }}),

people as (select * from {{ ref('int_visible_people') }}),

opportunity_people as (select * from {{ ref('int_opportunity_people') }}),

touchpoints as (
    select * from {{ ref('int_followed_touchpoints') }}
    where is_attributable and not is_hidden and touched_at is not null
),

-- A person decides alone at first; later, everybody at the company takes part.
unit_people as (
    select
        step,
        unit_id,
        exposed_until,
        unit_id as person_key
    from units
    where step = 'mql'
    union
    select
        units.step,
        units.unit_id,
        units.exposed_until,
        people.person_key
    from units
    inner join people on units.company_key = coalesce(people.account_id, people.person_key)
    where units.step <> 'mql'
    union
    select
        units.step,
        units.unit_id,
        units.exposed_until,
        opportunity_people.person_key
    from units
    inner join opportunity_people on units.unit_id = opportunity_people.opportunity_id
    where units.step = 'won'
),

touched as (
    select
        unit_people.step,
        unit_people.unit_id,
        touchpoints.channel,
        count(*) as touches_count
    from unit_people
    inner join touchpoints
        on
            unit_people.person_key = touchpoints.path_visitor_key
            and unit_people.exposed_until >= touchpoints.touched_at
    group by unit_people.step, unit_people.unit_id, touchpoints.channel
),

-- Units without any touch came from lists; nothing can be learned from them.
met as (
    select distinct
        step,
        unit_id
    from touched
),

unit_terms as (
    -- The tenth touch of a channel adds less than the first.
    select
        step,
        unit_id,
        channel as term,
        -- A direct visit is a sign of intent, not the result of a channel.
        channel <> 'Direct' as is_channel,
        cast(ln(1 + touches_count) as double) as value
    from touched
    {%- for term in [
        "'(intercept)'", "'segment = ' || units.segment", "'industry = ' || units.industry",
        "'country = ' || units.country"
    ] %}
    union all
    select
        units.step,
        units.unit_id,
        {{ term }} as term,
        false as is_channel,
        cast(1 as double) as value
    from units
    inner join met on units.step = met.step and units.unit_id = met.unit_id
    {%- endfor %}
),

terms as (
    select
        unit_terms.step,
        unit_terms.unit_id,
        unit_terms.term,
        unit_terms.is_channel,
        unit_terms.value,
        units.fold,
        units.sample_number,
        units.is_reached
    from unit_terms
    inner join units on unit_terms.step = units.step and unit_terms.unit_id = units.unit_id
)

select * from terms
