-- Identity resolution joins an identifier to an erased person that erased_identifiers has missed.
with identifiers as (select * from {{ ref('int_person_identifiers') }}),

erased_people as (
    select distinct person_key from identifiers
    where identifier like 'erased-%'
)

select
    'person_key ' || identifiers.person_key || ' still has an identifier of type '
    || identifiers.identifier_type || ': request its erasure too' as finding
from identifiers
inner join erased_people on identifiers.person_key = erased_people.person_key
where identifiers.identifier not like 'erased-%'
