with people as (select * from {{ ref('int_people') }}),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

person_visits as (select * from {{ ref('int_person_visits') }}),

consent as (
    select
        person_key,
        bool_or(is_erased) as is_erased
    from {{ ref('int_consent') }}
    where person_key is not null
    group by person_key
),

person_scores as (select * from {{ ref('int_person_scores') }}),

journeys as (
    select
        person_key,
        count(*) as journeys_count
    from {{ ref('int_journeys') }}
    where person_key is not null
    group by person_key
),

-- Former keys: the hashes of the other identifiers of the person.
previous_keys as (
    select
        person_key,
        {{ joined_text('identifier_key') }} as previous_person_keys
    from person_identifiers
    where identifier_key <> person_key
    group by person_key
),

final as (
    select
        people.person_key,
        previous_keys.previous_person_keys,
        {{ sha256_text("'" ~ var('email_hash_salt') ~ "' || people.email") }} as email_hash,
        people.account_id,
        people.account_match_method,
        people.account_match_confidence,
        people.owner_id,
        accounts.account_name,
        owners.owner_name,
        people.lead_source,
        people.self_reported_source,
        people.job_title,
        people.country,
        person_visits.first_touch_channel,
        coalesce(person_scores.grade, 'C3') as grade,
        cast(people.records_count as bigint) as records_count,
        coalesce(journeys.journeys_count, 0) as journeys_count,
        coalesce(person_scores.fit_score, 0) as fit_score,
        coalesce(person_scores.engagement_score, 0) as score,
        people.is_email_opted_out,
        least(person_visits.first_touch_at, people.became_lead_at) as first_seen_at,
        people.became_lead_at
    from people
    left join {{ ref('int_accounts') }} as accounts on people.account_id = accounts.account_id
    left join {{ ref('owners') }} as owners on people.owner_id = owners.owner_id
    left join previous_keys on people.person_key = previous_keys.person_key
    left join person_visits on people.person_key = person_visits.person_key
    left join person_scores on people.person_key = person_scores.person_key
    left join journeys on people.person_key = journeys.person_key
    left join consent on people.person_key = consent.person_key
    where not coalesce(consent.is_erased, false)
)

select * from final
