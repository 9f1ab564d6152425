with conversions as (select * from {{ ref('int_conversions') }}),

conversion_people as (select * from {{ ref('int_conversion_people') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

anchors as (select * from {{ ref('int_attribution_anchors') }}),

-- Conversions of erased people have no person.
erased_people as (
    select distinct person_key
    from {{ ref('int_consent') }}
    where is_erased and person_key is not null
),

people_counts as (
    select
        conversion_id,
        count(*) as people_count,
        min(case when is_primary then path_visitor_key end) as primary_person_key
    from conversion_people
    group by conversion_id
),

with_people as (
    select
        conversions.*,
        coalesce(conversions.person_key, case
            when conversions.opportunity_id is not null then people_counts.primary_person_key
        end) as named_person_key,
        coalesce(people_counts.people_count, 0) as people_count,
        anchors.touches_count
    from conversions
    inner join anchors on conversions.conversion_id = anchors.conversion_id
    left outer join people_counts on conversions.conversion_id = people_counts.conversion_id
),

final as (
    select
        with_people.conversion_id,
        case when erased_people.person_key is null then with_people.named_person_key end
            as person_key,
        with_people.account_id,
        with_people.opportunity_id,
        with_people.order_id,
        accounts.account_name,
        opportunities.opportunity_name,
        with_people.conversion_type,
        cast(with_people.conversion_value as decimal(18, 2)) as conversion_value,
        cast(with_people.people_count as bigint) as people_count,
        cast(with_people.touches_count as bigint) as touches_count,
        {{ reporting_date('with_people.converted_at') }} as converted_date,
        with_people.converted_at
    from with_people
    left outer join erased_people on with_people.named_person_key = erased_people.person_key
    left outer join accounts on with_people.account_id = accounts.account_id
    left outer join opportunities on with_people.opportunity_id = opportunities.opportunity_id
)

select * from final
