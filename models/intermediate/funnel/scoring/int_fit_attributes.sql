with people as (
    select * from {{ ref('int_people') }}
),

crm_people as (
    select * from {{ ref('people') }}
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

records as (
    select
        person_identifiers.person_key,
        crm_people.account_id,
        crm_people.job_title,
        crm_people.country,
        crm_people.created_at
    from crm_people
    inner join person_identifiers on crm_people.person_id = person_identifiers.identifier
),

-- What a score may use, and since when it is known: the record that says so may be newer than the
-- person.
known_since as (
    select
        people.person_key,
        min(case when records.job_title is not null then records.created_at end) as title_at,
        min(case when records.country is not null then records.created_at end) as country_at,
        min(case when records.account_id = people.account_id then records.created_at end)
            as account_at
    from people
    left join records on people.person_key = records.person_key
    group by people.person_key
),

described as (
    select
        people.person_key,
        people.job_title,
        coalesce(people.country, accounts.country) as country,
        accounts.industry,
        nullif(accounts.size_band, 'unknown') as size_band,
        coalesce(known_since.title_at, people.became_lead_at) as title_at,
        greatest(
            coalesce(known_since.account_at, people.became_lead_at),
            coalesce(accounts.created_at, people.became_lead_at)
        ) as account_at,
        case when people.country is not null then known_since.country_at end as own_country_at
    from people
    left join accounts on people.account_id = accounts.account_id
    left join known_since on people.person_key = known_since.person_key
    where people.became_lead_at is not null
),

attributes as (
    select
        person_key,
        'job_title' as attribute,
        job_title as value,
        title_at as known_at
    from described
    union all
    select
        person_key,
        'country' as attribute,
        country as value,
        coalesce(own_country_at, account_at) as known_at
    from described
    union all
    select
        person_key,
        'industry' as attribute,
        industry as value,
        account_at as known_at
    from described
    union all
    select
        person_key,
        'size_band' as attribute,
        size_band as value,
        account_at as known_at
    from described
)

select * from attributes
where value is not null and known_at is not null
