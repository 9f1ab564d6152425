with privacy_requests as (select * from {{ ref('privacy_requests') }}),

people as (
    select
        person_id,
        {{ normalised_email('email') }} as email
    from {{ ref('people') }}
),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

-- A request names a device, a CRM person or an email.
subjects as (
    select
        person_identifiers.person_key,
        cast(null as string) as anonymous_id,
        privacy_requests.request_type,
        privacy_requests.effective_at
    from privacy_requests
    inner join person_identifiers
        on
            (
                privacy_requests.subject_type = 'email'
                and person_identifiers.identifier_type = 'email'
                and lower(trim(privacy_requests.subject_id)) = person_identifiers.identifier
            )
            or (
                privacy_requests.subject_type = 'person'
                and person_identifiers.identifier_type = 'crm'
                and privacy_requests.subject_id = person_identifiers.identifier
            )
    union all
    -- A shared address identifies no person, but a request for it applies to every CRM record that
    -- has it.
    select
        person_identifiers.person_key,
        cast(null as string) as anonymous_id,
        privacy_requests.request_type,
        privacy_requests.effective_at
    from privacy_requests
    inner join people on lower(trim(privacy_requests.subject_id)) = people.email
    inner join person_identifiers
        on
            person_identifiers.identifier_type = 'crm'
            and people.person_id = person_identifiers.identifier
    where privacy_requests.subject_type = 'email'
    union all
    select
        cast(null as string) as person_key,
        subject_id as anonymous_id,
        request_type,
        effective_at
    from privacy_requests
    where subject_type = 'device'
),

-- Erasure and suppression hide everything; withdrawn consent hides what happened afterwards.
consent as (
    select
        person_key,
        anonymous_id,
        max(case when request_type in ('erase', 'suppress') then 1 else 0 end) = 1 as is_erased,
        min(case when request_type = 'withdraw_consent' then effective_at end) as withdrawn_at
    from subjects
    group by person_key, anonymous_id
)

select * from consent
