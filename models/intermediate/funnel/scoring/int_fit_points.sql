with people as (
    select * from {{ ref('int_people') }}
    where became_lead_at is not null
),

crm_people as (select * from {{ ref('people') }}),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

accounts as (select * from {{ ref('int_accounts') }}),

fit_rules as (select * from {{ ref('fit_rules') }}),

-- When the CRM first had each value: the record that holds it may be newer than the person.
recorded as (
    select
        people.person_key,
        min(case when crm_people.job_title is not null then crm_people.created_at end) as title_at,
        min(case when crm_people.country is not null then crm_people.created_at end) as country_at,
        min(case when crm_people.account_id = people.account_id then crm_people.created_at end)
            as account_at
    from people
    inner join person_identifiers on people.person_key = person_identifiers.person_key
    inner join crm_people on person_identifiers.identifier = crm_people.person_id
    group by people.person_key
),

described as (
    select
        people.person_key,
        people.job_title,
        people.country as own_country,
        accounts.country as account_country,
        accounts.industry,
        nullif(accounts.size_band, 'unknown') as size_band,
        recorded.country_at,
        coalesce(recorded.title_at, people.became_lead_at) as title_at,
        greatest(
            coalesce(recorded.account_at, people.became_lead_at),
            coalesce(accounts.created_at, people.became_lead_at)
        ) as account_at
    from people
    left join accounts on people.account_id = accounts.account_id
    left join recorded on people.person_key = recorded.person_key
),

attributes as (
    select
        described.person_key,
        names.attribute,
        case names.attribute
            when 'job_title' then described.job_title
            when 'country' then coalesce(described.own_country, described.account_country)
            when 'industry' then described.industry
            when 'size_band' then described.size_band
        end as value,
        ' ' || replace(replace(replace(lower(described.job_title), ',', ' '), '/', ' '), '-', ' ')
        || ' ' as words,
        case
            when names.attribute = 'job_title' then described.title_at
            when names.attribute = 'country' and described.own_country is not null
                then coalesce(described.country_at, described.account_at)
            else described.account_at
        end as known_at
    from described
    cross join (
        values ('job_title'), ('country'), ('industry'), ('size_band')
    ) as names (attribute)
),

-- The best matching rule counts, the rule * only where no other matches. Titles match by words.
fit_points as (
    select
        attributes.person_key,
        attributes.attribute,
        coalesce(
            max(case when fit_rules.value <> '*' then fit_rules.points end),
            max(case when fit_rules.value = '*' then fit_rules.points end)
        ) as points,
        attributes.known_at
    from attributes
    inner join fit_rules
        on
            attributes.attribute = fit_rules.attribute
            and (
                fit_rules.value = '*'
                or lower(attributes.value) = lower(fit_rules.value)
                or (
                    attributes.attribute = 'job_title'
                    and position(' ' || lower(fit_rules.value) || ' ' in attributes.words) > 0
                )
            )
    where attributes.value is not null and attributes.known_at is not null
    group by attributes.person_key, attributes.attribute, attributes.known_at
)

select * from fit_points
