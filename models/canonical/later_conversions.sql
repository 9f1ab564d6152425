with people as (
    {{ union_sources(
        ['crm_sources', 'marketing_sources'], 'people',
        crm_ids=['person_id', 'converted_to_person_id'],
        with_later=true,
        identifiers=['person_id', 'converted_to_person_id']
    ) }}
),

later_contacts as (
    select distinct person_id
    from people
    where created_at >= {{ as_of_end() }}
),

-- If several leads become one contact, take the oldest.
later_conversions as (
    select people.*
    from people
    inner join later_contacts on people.converted_to_person_id = later_contacts.person_id
    where people.created_at is null or people.created_at < {{ as_of_end() }}
    qualify row_number() over (
        partition by people.converted_to_person_id
        order by people.created_at asc nulls last, people.person_id asc nulls last
    ) = 1
)

select * from later_conversions
