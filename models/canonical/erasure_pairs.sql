{{ config(materialized=view_until_published()) }}

-- Read the rows as delivered: identifiers of erased people are replaced only afterwards.
with requests as (
    {{ delivered_rows(
        ['privacy_sources'], 'privacy_requests',
        {'subject_type': 'string', 'subject_id': 'string', 'request_type': 'string'}
    ) }}
),

people as (
    {{ delivered_rows(
        ['crm_sources', 'marketing_sources'], 'people',
        {'person_id': 'string', 'email': 'string', 'converted_to_person_id': 'string'},
        crm_ids=['person_id', 'converted_to_person_id'],
        with_later=true
    ) }}
),

record_merges as (
    {{ delivered_rows(
        ['crm_sources', 'marketing_sources'], 'record_merges',
        {'record_type': 'string', 'merged_id': 'string', 'survivor_id': 'string', 'email': 'string'},
        crm_ids=['merged_id', 'survivor_id']
    ) }}
),

web_events as (
    {{ delivered_rows(
        ['web_sources'], 'web_events',
        {'user_id': 'string', 'person_id': 'string', 'email': 'string'},
        crm_ids=['person_id']
    ) }}
),

shared_addresses as (
    select lower(address) as address from {{ ref('shared_addresses') }}
),

subjects as (
    select distinct
        case when subject_type = 'device' then 'device' else 'person' end as identifier_kind,
        case when subject_type = 'email' then lower(trim(subject_id)) else subject_id end
            as identifier
    from requests
    where request_type = 'erase'
),

merged_people as (
    select * from record_merges
    where record_type = 'person'
),

identifications as (
    select distinct
        user_id,
        person_id,
        email
    from web_events
    where person_id is not null or email is not null
),

-- As in int_identity_links. A user id equal to a person_id is the same text and needs no link.
stated as (
    {% for table, identifier, other_identifier, is_record, is_other_record in [
        ('people', 'person_id', normalised_email('email'), true, false),
        ('people', 'person_id', 'converted_to_person_id', true, true),
        ('merged_people', 'merged_id', 'survivor_id', true, true),
        ('merged_people', 'survivor_id', normalised_email('email'), true, false),
        ('identifications', 'user_id', normalised_email('email'), false, false),
        ('identifications', 'user_id', 'person_id', false, true),
        ('identifications', 'person_id', normalised_email('email'), true, false),
    ] -%}
    select
        'person' as identifier_kind,
        {{ identifier }} as identifier,
        {{ other_identifier }} as other_identifier,
        {{ is_record }} as is_record,
        {{ is_other_record }} as is_other_record,
        false as is_requested
    from {{ table }}
    union all
    {% endfor -%}
    -- A shared address is no person's, but a request for it applies to every record that has it.
    select
        'person' as identifier_kind,
        people.person_id as identifier,
        people.person_id as other_identifier,
        true as is_record,
        true as is_other_record,
        true as is_requested
    from people
    inner join subjects on {{ normalised_email('people.email') }} = subjects.identifier
    union all
    select
        identifier_kind,
        identifier,
        identifier as other_identifier,
        false as is_record,
        false as is_other_record,
        true as is_requested
    from subjects
),

-- Without a request nothing has to be linked.
pairs as (
    select * from stated
    where
        (select count(*) from subjects) > 0
        and (identifier <> other_identifier or is_requested)
        and other_identifier not in (select shared_addresses.address from shared_addresses)
        and split_part(other_identifier, '@', 1)
        not in (select shared_addresses.address from shared_addresses)
)

select * from pairs
